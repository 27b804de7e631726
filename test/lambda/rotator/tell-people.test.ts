import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { enterAccount } from '../../../lambda/rotator/account';
import { tellPeople } from '../../../lambda/rotator/tell-people';
import { accessDenied, changesOf, namesOf } from '../../helpers/aws';
import { accessKey, midnightIn, NEW, NOW, OLD, userFacts } from '../../helpers/facts';
import { EVENT, iam, invocation, mockAccount, remembers, rotatorServices, ses } from '../../helpers/mock-account';
import { accountResult, action, userResult } from '../../helpers/results';

const facts = userFacts({ keys: [accessKey(), accessKey({ id: NEW, ageDays: 50 })] });
const notice = () => action({ action: 'notify', on: midnightIn(10).toISOString() });

async function tell({ dryrun = false, endsAt = undefined as Date | undefined } = {}) {
  const done = notice();
  const user = userResult('alice', done);
  const result = accountResult({ users: [user] });
  const account = await enterAccount(rotatorServices(), { ...EVENT, dryrun }, invocation(endsAt));
  const { told, mails } = await tellPeople(account, result, [{ result: user, failures: [], facts }]);
  return { told, mails, result, outcome: done.outcome };
}

beforeEach(() => {
  mockAccount({ alice: { keys: [...facts.keys] } });
});

it('gives the keys that an accepted mail names, and begins their grace', async () => {
  const { told, mails, result } = await tell();
  expect(told).toEqual(new Map([[OLD, [{ to: 'aws@example.com', id: 'm' }]]]));
  expect(mails).toEqual([{ to: 'aws@example.com', id: 'm' }]);
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

describe('an unclear exemption', () => {
  const unclear = { by: 'tag', unclear: 'not in the group' } as const;
  const tellOf = async (told?: string) => {
    remembers({
      version: 1,
      keys: {},
      users: { alice: { exemption: { ...unclear, exempt: false, since: NOW.toISOString(), ...(told !== undefined && { told }) } } },
    });
    const result = accountResult({ users: [userResult('alice', action({ action: 'unclear-exemption', reason: unclear.unclear }))] });
    const account = await enterAccount(rotatorServices(), EVENT, invocation());
    const { unclearTold } = await tellPeople(account, result, [{ result: result.users[0]!, failures: [], exemption: unclear }]);
    return { mails: namesOf(ses).filter((name) => name === 'SendEmail').length, unclearTold };
  };

  it('is told at once and again after a week', async () => {
    await expect(tellOf()).resolves.toEqual({ mails: 1, unclearTold: new Set(['alice']) });
    mockAccount({ alice: { keys: [...facts.keys] } });
    await expect(tellOf(midnightIn(-8).toISOString())).resolves.toEqual({ mails: 1, unclearTold: new Set(['alice']) });
  });

  it('is no mail in between', async () => {
    await expect(tellOf(midnightIn(-2).toISOString())).resolves.toEqual({ mails: 0, unclearTold: new Set() });
  });

  it('was not told when SES refused the mail', async () => {
    ses.on(SendEmailCommand).rejects(accessDenied());
    expect((await tellOf()).unclearTold).toEqual(new Set());
  });
});
