import { GetGroupCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListAccountsCommand, OrganizationsClient, type ListAccountsCommandInput } from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import type { Session } from '../../../../cli/keys/session';
import { everyAccount } from '../../../../cli/rotation/operations/accounts';
import { audit } from '../../../../cli/rotation/operations/audit';
import { readAccounts } from '../../../../cli/rotation/operations/read-accounts';
import { environmentWith } from '../../../../cli/rotation/settings';
import { Pace } from '../../../../lambda/shared/pace';
import { awsError } from '../../../helpers/aws';

const NOW = new Date('2026-06-10T12:00:00Z');
const region = 'eu-west-1';
const IDS = Array.from({ length: 10_000 }, (_, place) => String(100_000_000_000 + place));
const PAGE = 20;
const organizations = mockClient(OrganizationsClient);
const sts = mockClient(STSClient);

beforeEach(() => {
  for (const mock of [organizations, sts]) mock.reset();
  process.env['AWS_REGION'] = region;
});

it('finds 10,000 accounts, page by page, those that are closed left out', async () => {
  sts.on(GetCallerIdentityCommand).resolves({ Account: IDS[0]!, Arn: `arn:aws:iam::${IDS[0]!}:user/admin` });
  organizations.on(ListAccountsCommand).callsFake(({ NextToken = '0' }: ListAccountsCommandInput) => {
    const from = Number(NextToken);
    const more = from + PAGE < IDS.length;
    const Accounts = IDS.slice(from, from + PAGE).map((Id) => ({ Id, State: Id.endsWith('99') ? 'CLOSED' : 'ACTIVE' }));
    return { Accounts, ...(more && { NextToken: String(from + PAGE) }) };
  });
  const accounts = await everyAccount({}, 'Audit');
  expect(accounts.map(({ id }) => id)).toEqual(IDS.filter((id) => !id.endsWith('99')));
});

it('reads 10,000 accounts, a few at a time, tells how far it is, and names those that it could not enter', async () => {
  let [reading, most] = [0, 0];
  const send = async (command: object): Promise<object> => {
    if (command instanceof GetGroupCommand) throw awsError('NoSuchEntityException', 404);
    most = Math.max(most, (reading += 1));
    await new Promise(setImmediate);
    reading -= 1;
    return { Users: [], IsTruncated: false };
  };
  // A mocked client notes every call, which takes longer than all the rest.
  const iam = Object.assign(Object.create(IAMClient.prototype) as IAMClient, { send });
  const enter = (account: string): Promise<Session> => {
    if (account.endsWith('999')) return Promise.reject(new Error('cannot assume'));
    const whoAmI = () => Promise.resolve({ account, partition: 'aws', arn: '' });
    return Promise.resolve({ iam, pace: new Pace(1), whoAmI } as Session);
  };
  const accounts = IDS.map((id) => ({ id, enter: () => enter(id) }));
  const told: number[] = [];
  const rotation = { environment: environmentWith({}), settings: 'the defaults' };
  const read = await readAccounts(
    accounts,
    rotation,
    () => NOW,
    (done) => told.push(done),
  );
  expect([read.accounts.length, read.failed.length, told.length, told.at(-1)]).toEqual([9_990, 10, 10_001, 10_000]);
  expect(most).toBe(4);
  const found = audit(read, rotation.environment, { limits: {}, now: NOW, settings: '' });
  expect([found.accounts.length, found.failed[0]]).toEqual([9_990, { account: IDS[999], reason: 'cannot assume' }]);
});
