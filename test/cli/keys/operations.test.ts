import { GetAccessKeyLastUsedCommand, IAMClient, ListAccessKeysCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { aboutUser } from '../../../cli/keys/operations/no-such-user';
import { listUsersKeys } from '../../../cli/keys/operations/list-keys';
import type { Session } from '../../../cli/keys/session';
import { Pace } from '../../../lambda/shared/pace';

const NOW = new Date('2026-06-01T00:00:00Z');
const iam = mockClient(IAMClient);
const session = {
  iam: new IAMClient({ region: 'eu-west-1' }),
  pace: new Pace(8),
  whoAmI: () => Promise.resolve({ account: '111122223333' }),
} as Session;
const noSuchEntity = Object.assign(new Error('The user with name x cannot be found.'), { name: 'NoSuchEntityException' });

beforeEach(() => iam.reset());

function users(names: readonly string[]): void {
  const pages = Array.from({ length: Math.ceil(names.length / 100) }, (_, page) => names.slice(page * 100, page * 100 + 100));
  iam.on(ListUsersCommand).callsFake(({ Marker = '0' }: { Marker?: string }) => {
    const page = Number(Marker);
    const IsTruncated = page + 1 < pages.length;
    return { Users: (pages[page] ?? []).map((UserName) => ({ UserName })), IsTruncated, ...(IsTruncated && { Marker: String(page + 1) }) };
  });
}

it('lists 5,000 users, tells how far it is, and leaves out who is deleted meanwhile', async () => {
  users(Array.from({ length: 5_000 }, (_, n) => `user-${n}`));
  iam.on(ListAccessKeysCommand).callsFake(({ UserName }: { UserName: string }) => {
    if (UserName === 'user-7') throw noSuchEntity;
    const AccessKeyId = `AKIA${UserName.slice(5).padStart(12, '0')}`;
    return { AccessKeyMetadata: [{ AccessKeyId, Status: 'Active', CreateDate: new Date('2026-05-31T00:00:00Z') }] };
  });
  iam.on(GetAccessKeyLastUsedCommand).resolves({ AccessKeyLastUsed: { LastUsedDate: undefined, ServiceName: 'N/A', Region: 'N/A' } });
  const told: [number, number][] = [];
  const { users: counted, keys } = await listUsersKeys(session, undefined, NOW, (done, all) => told.push([done, all]));
  expect([counted, keys.length, new Set(keys.map(({ keyId }) => keyId)).size]).toEqual([5_000, 4_999, 4_999]);
  expect([told.length, told[0], told.at(-1)]).toEqual([5_001, [0, 5_000], [5_000, 5_000]]);
});

describe('a user who is not there', () => {
  const about = (name: string): Promise<unknown> => aboutUser(session, name, () => Promise.reject(noSuchEntity));

  it('is taken for one of a similar name, the nearest first', async () => {
    users(['Alice', 'alicia', 'bob']);
    await expect(about('alise')).rejects.toThrow('account 111122223333 has no user "alise"; did you mean Alice or alicia?');
  });

  it('is named alone when no name is near, or names may not be listed', async () => {
    users(['bob']);
    await expect(about('alice')).rejects.toThrow(/has no user "alice"$/);
    iam.on(ListUsersCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
    await expect(about('alice')).rejects.toThrow(/has no user "alice"$/);
  });

  it('is no answer to another error', async () => {
    const refused = Object.assign(new Error('no'), { name: 'AccessDenied' });
    await expect(aboutUser(session, 'alice', () => Promise.reject(refused))).rejects.toBe(refused);
  });
});
