import { GetAccessKeyLastUsedCommand, IAMClient, ListAccessKeysCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import { HttpResponse, type HttpRequest } from '@smithy/core/protocols';
import { mockClient } from 'aws-sdk-client-mock';
import { Readable } from 'node:stream';
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

it('lists 5,000 users while IAM throttles, each once, with fewer at a time', async () => {
  iam.restore();
  const [users, page] = [5_000, 100];
  const seen = new Map<string, number>();
  let [calls, throttled, running] = [0, 0, 0];
  const widths: number[] = [];
  const reply = (statusCode: number, xml: string) => {
    const body = Readable.from([xml]);
    return { response: new HttpResponse({ statusCode, headers: { 'content-type': 'text/xml' }, body }) };
  };
  const answer = (asked: URLSearchParams): { response: HttpResponse } => {
    // Some in a row, and now and then one.
    if ((calls > 2_000 && calls <= 2_030) || calls % 97 === 0) {
      throttled += 1;
      return reply(
        400,
        '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>',
      );
    }
    if (asked.get('Action') === 'ListUsers') {
      const from = Number(asked.get('Marker') ?? 0);
      const members = Array.from({ length: page }, (_, n) => `<member><UserName>user-${from + n}</UserName></member>`).join('');
      const more = from + page < users;
      const marker = more ? `<Marker>${from + page}</Marker>` : '';
      return reply(
        200,
        `<ListUsersResponse><ListUsersResult><Users>${members}</Users><IsTruncated>${more}</IsTruncated>${marker}</ListUsersResult></ListUsersResponse>`,
      );
    }
    const user = asked.get('UserName') ?? '';
    seen.set(user, (seen.get(user) ?? 0) + 1);
    return reply(
      200,
      '<ListAccessKeysResponse><ListAccessKeysResult><AccessKeyMetadata/><IsTruncated>false</IsTruncated></ListAccessKeysResult></ListAccessKeysResponse>',
    );
  };
  const client = new IAMClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' },
    // Signing is not what is tested.
    signer: { sign: (request) => Promise.resolve(request) },
    retryStrategy: new ConfiguredRetryStrategy(8, () => 1),
    requestHandler: {
      handle: async ({ body }: HttpRequest) => {
        calls += 1;
        widths.push((running += 1));
        await new Promise(setImmediate);
        running -= 1;
        return answer(new URLSearchParams(String(body)));
      },
    },
  });
  const pace = new Pace(8);
  pace.watch(client);
  const list = await listUsersKeys({ ...session, iam: client, pace }, undefined, NOW);
  expect([list.users, list.keys.length, seen.size, new Set(seen.values())]).toEqual([users, 0, users, new Set([1])]);
  expect(throttled).toBeGreaterThan(75);
  expect(Math.max(...widths)).toBe(8);
  // What was begun before goes on; of others, one is begun, and then one more with each few answers.
  expect(Math.max(...widths.slice(2_040, 2_050))).toBeLessThanOrEqual(6);
});
