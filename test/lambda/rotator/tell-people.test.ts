import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { enterAccount } from '../../../lambda/rotator/account';
import { tellPeople } from '../../../lambda/rotator/tell-people';
import { accessDenied, changesOf, namesOf } from '../../helpers/aws';
import { accessKey, midnightIn, NEW, NOW, OLD, userFacts } from '../../helpers/facts';
import { EVENT, iam, invocation, mockAccount, rotatorServices, ses } from '../../helpers/mock-account';
import { accountResult, action, userResult } from '../../helpers/results';

const facts = userFacts({ keys: [accessKey(), accessKey({ id: NEW, ageDays: 50 })] });
const notice = () => action({ action: 'notify', on: midnightIn(10).toISOString() });

async function tell({ dryrun = false, endsAt = undefined as Date | undefined } = {}) {
  const done = notice();
  const user = userResult('alice', done);
  const result = accountResult({ users: [user] });
  const account = await enterAccount(rotatorServices(), { ...EVENT, dryrun }, invocation(endsAt));
  const told = await tellPeople(account, result, [{ result: user, failures: [], facts }]);
  return { told, result, outcome: done.outcome };
}

beforeEach(() => {
  mockAccount({ alice: { keys: [...facts.keys] } });
});

it('gives the keys that an accepted mail names, and begins their grace', async () => {
  const { told, result } = await tell();
  expect(told).toEqual(new Map([[OLD, ['aws@example.com']]]));
  expect(result).toMatchObject({ mails: [{ recipient: 'aws@example.com', outcome: 'sent' }], failures: [] });
  expect(changesOf(iam)).toEqual(['TagUser']);
});

it('begins no grace when SES refused the mail', async () => {
  ses.on(SendEmailCommand).rejects(accessDenied());
  const { told, result, outcome } = await tell();
  expect([told, outcome]).toEqual([new Map(), 'failed']);
  expect(result.failures.map(({ error }) => error)).toContain('NobodyToldError');
  expect(changesOf(iam)).toEqual([]);
});

it('begins no grace in a dry run', async () => {
  await tell({ dryrun: true });
  expect(namesOf(ses)).toEqual(['SendEmail']);
  expect(changesOf(iam)).toEqual([]);
});

it('sends no mail when too little time is left', async () => {
  const { told } = await tell({ endsAt: new Date(NOW.getTime() + 40_000) });
  expect(told).toEqual(new Map());
  expect(namesOf(ses)).toEqual([]);
});
