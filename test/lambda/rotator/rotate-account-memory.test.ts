import { CreateAccessKeyCommand, GetGroupCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { AccountFailedError } from '../../../lambda/shared/errors';
import { accessDenied, awsError, callsOf, changesOf, namesOf, timeout } from '../../helpers/aws';
import { accessKey, ACCOUNT, daysAgo, midnightIn, NEW, NOW, OLD, remembered } from '../../helpers/facts';
import { everybodyTold, iam, memoryWritten, mockAccount, newKeyOf, remembers, run, s3, secrets, ses } from '../../helpers/mock-account';
import { keyMemory, memoryOf, promise, today } from './memory/factories';

const due = { alice: { keys: [accessKey({ ageDays: 95 })] } };
/** Alice's key was replaced long enough ago. */
const replaced = { alice: { keys: [accessKey({ ageDays: 105 }), accessKey({ id: NEW, ageDays: 12 })], current: NEW } };
const MEMORY = { Key: `memory/${ACCOUNT}.json` };
const puts = () => callsOf(s3).filter(({ name, input }) => name === 'PutObject' && String(input['Key']).startsWith('memory/'));

describe('what people were told', () => {
  it('is written once, at the end, after every mail', async () => {
    mockAccount(due);
    remembers(memoryOf());
    const { result } = await run();
    expect(result).toMatchObject({ status: 'succeeded', failures: [] });
    expect(memoryWritten()?.keys).toEqual({
      [OLD]: keyMemory({
        seen: today,
        told: { disable: { on: midnightIn(10).toISOString(), at: today, by: ['aws@example.com'], mails: ['m'] } },
      }),
      [newKeyOf('alice')]: { user: 'alice', created: today, active: true, seen: today, issued: true, storedAs: 'alice' },
    });
    expect(puts()).toMatchObject([{ input: { ...MEMORY, IfMatch: '"1"' } }]);
    expect(namesOf(ses, s3).at(-1)).toBe('PutObject');
  });

  it('is not written of a mail that SES refused', async () => {
    mockAccount(due);
    remembers(memoryOf());
    ses.on(SendEmailCommand).rejects(accessDenied());
    await run();
    expect(memoryWritten()?.keys[OLD]).not.toHaveProperty('told');
  });

  it('is not written in DryRun, though the mail was accepted', async () => {
    mockAccount(due);
    remembers(memoryOf());
    const { result } = await run({ event: { dryrun: true } });
    expect(result.mails).toMatchObject([{ outcome: 'sent' }]);
    expect(memoryWritten()?.keys).toEqual({ [OLD]: keyMemory({ seen: today }) });
  });

  it('holds a step back: a key whose grace is over is announced, and not disabled, while nobody was told', async () => {
    mockAccount(replaced);
    remembers(memoryOf({}));
    const { result } = await run();
    expect(result.users[0]?.actions).toMatchObject([
      { action: 'announce', outcome: 'done', on: midnightIn(10).toISOString() },
      { action: 'wait' },
    ]);
    expect(changesOf(iam, secrets)).toEqual([]);
    const told = { on: midnightIn(10).toISOString(), at: today, by: ['aws@example.com'], mails: ['m'] };
    expect(memoryWritten()?.keys[OLD]?.told).toEqual({ disable: told });
  });

  it('lets the step come on its day', async () => {
    mockAccount(replaced);
    remembers(memoryOf({ [OLD]: keyMemory({ told: { disable: promise(12, 0) } }) }));
    const { result } = await run();
    expect(result.users[0]?.actions).toMatchObject([{ action: 'disable', outcome: 'done' }, { action: 'wait' }]);
    expect(memoryWritten()?.keys[OLD]).toMatchObject({ active: false, told: { delete: { on: midnightIn(10).toISOString(), at: today } } });
  });

  it('permits nothing by itself', async () => {
    mockAccount({ alice: { keys: [accessKey({ ageDays: 300 }), accessKey({ id: NEW, ageDays: 50 })] } });
    const { result } = await run();
    expect(result.users[0]?.actions).toMatchObject([{ action: 'notify' }, { action: 'wait' }]);
  });
});

describe('a memory that cannot be read', () => {
  it.each([
    ['access is denied', accessDenied()],
    ['the service fails', awsError('InternalError', 500)],
    ['no answer comes', timeout()],
  ])('changes nothing in the account, and tells nobody of steps that did not happen: %s', async (_, error) => {
    mockAccount(replaced);
    s3.on(GetObjectCommand).rejects(error);
    const { result, error: thrown } = await run();
    expect(thrown).toBeInstanceOf(AccountFailedError);
    expect(result).toMatchObject({ status: 'failed', users: [], mails: [], failures: [{ step: 'account', error: 'AccountFailedError' }] });
    expect(result.failures[0]?.message).toContain(`what people of account ${ACCOUNT} were told cannot be read, so nothing was changed`);
    expect(changesOf(iam, secrets)).toEqual([]);
    expect(namesOf(ses)).toEqual([]);
    expect(puts()).toEqual([]);
  });

  it('refuses a forced rotation', async () => {
    mockAccount(due);
    s3.on(GetObjectCommand).rejects(timeout());
    const { error } = await run({ event: { ForceRotate: 'alice' } });
    expect(error).toBeInstanceOf(AccountFailedError);
    expect(changesOf(iam, secrets)).toEqual([]);
  });
});

it('an account that no run has looked at is swept, and a memory of it begun', async () => {
  mockAccount({ alice: { keys: [accessKey({ ageDays: 5 })] } });
  remembers(undefined);
  const { result } = await run();
  expect(result.coverage).toBe('sweep');
  expect(puts()).toMatchObject([{ input: { IfNoneMatch: '*' } }]);
  expect(memoryWritten()?.keys).toEqual({ [OLD]: keyMemory({ created: daysAgo(5).toISOString(), seen: today }) });
});

describe('the inventory', () => {
  const young = { keys: [accessKey({ id: NEW, ageDays: 5 })] };

  it('has every key, due or not, with what the run did, and who is exempt since and until when', async () => {
    const until = { 'key-rotation:exempt-until': '2027-01-31' };
    mockAccount(
      {
        alice: { ...due.alice, tags: { Owner: 'owner@acme.example' } },
        bob: { keys: [accessKey({ id: 'AKIABOB0000000000001' })], tags: until },
        carol: young,
      },
      ['bob', 'dave'],
    );
    const { result } = await run();
    expect(result.inventory?.users).toMatchObject([
      {
        user: 'alice',
        read: today,
        keys: [
          { keyId: OLD, successorId: newKeyOf('alice'), step: 'disable' },
          { keyId: newKeyOf('alice'), issued: true, step: 'rotate' },
        ],
      },
      { user: 'bob', exemption: { by: 'group', exempt: true, until: '2027-01-31', since: today }, keys: [{ status: 'Active' }] },
      { user: 'carol', keys: [{ keyId: NEW, step: 'rotate', on: midnightIn(85).toISOString() }] },
      { user: 'dave', exemption: { by: 'group', exempt: true, since: today }, keys: [] },
    ]);
    expect(memoryWritten()?.users).toMatchObject({ bob: { exemption: { until: '2027-01-31' } }, dave: { exemption: { by: 'group' } } });
  });

  it('is not of one user, nor of an account that failed', async () => {
    mockAccount(due);
    expect((await run({ event: { ForceRotate: 'alice' } })).result).not.toHaveProperty('inventory');
    s3.on(GetObjectCommand).rejects(timeout());
    expect((await run()).result).not.toHaveProperty('inventory');
  });
});

it('a memory that cannot be written is a failure of the run, and undoes nothing', async () => {
  mockAccount(due);
  s3.on(PutObjectCommand, MEMORY).rejects(accessDenied());
  const { result, error } = await run();
  expect(error).toBeUndefined();
  expect(result).toMatchObject({ status: 'partial', failures: [{ step: 'remember', error: 'AccessDenied' }] });
  expect(result.users[0]?.actions).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
});

it('what an overlapping run has written is kept', async () => {
  mockAccount(due);
  s3.on(PutObjectCommand, MEMORY).rejectsOnce(awsError('PreconditionFailed', 412)).resolves({});
  const { result } = await run();
  expect(result.status).toBe('succeeded');
  expect(puts()).toHaveLength(2);
});

it('a forced rotation forgets nothing of a sweep that is under way', async () => {
  mockAccount(due);
  remembers(memoryOf({ [OLD]: keyMemory() }, { sweptTo: 'aaron' }));
  await run({ event: { ForceRotate: 'alice' } });
  expect(memoryWritten()?.sweptTo).toBe('aaron');
});

describe('a step that is put off again and again', () => {
  const again = { alice: { ...replaced.alice, tags: remembered(OLD, { inactive: daysAgo(1) }) } };
  const putOff = (times: number) => ({ putOff: { times, since: daysAgo(20).toISOString(), last: daysAgo(1).toISOString() } });

  it.each([
    [1, 'succeeded', 0],
    [2, 'partial', 1],
  ])('after %d times before: %s', async (times, status, failures) => {
    mockAccount(again);
    remembers(memoryOf({ [OLD]: keyMemory(putOff(times)) }));
    const { result } = await run();
    expect(result).toMatchObject({ status, users: [{ actions: [{ action: 'note-reenabled', outcome: 'done' }, {}] }] });
    expect(result.failures).toHaveLength(failures);
    expect(memoryWritten()?.keys[OLD]?.putOff).toMatchObject({ times: times + 1, last: today });
    if (failures > 0) expect(result.failures[0]).toMatchObject({ user: 'alice', step: 'put off', error: 'StepPutOffError' });
  });
});

it('a key whose successor its user cannot read is not disabled, and its place in the limits is given back', async () => {
  mockAccount({
    ...replaced,
    bob: {
      keys: [accessKey({ id: 'AKIABOB0000000000001', ageDays: 300 }), accessKey({ id: 'AKIABOB0000000000002', ageDays: 11 })],
      current: 'AKIABOB0000000000002',
    },
  });
  const policyOf = secrets.on(GetResourcePolicyCommand, { SecretId: `Account_${ACCOUNT}_User_bob_AccessKey` });
  policyOf.resolves({});
  const { result } = await run({ variables: { LIMITS: '{"disable":1}' } });
  expect(result.users.map(({ user, actions }) => [user, actions[0]?.action, actions[0]?.outcome])).toEqual([
    ['bob', 'disable', 'deferred'],
    ['alice', 'disable', 'done'],
  ]);
  expect(iam.commandCalls(UpdateAccessKeyCommand).map((call) => call.args[0].input.UserName)).toEqual(['alice']);
});

it('a rotation that fails gives its place in the limits to the next user', async () => {
  const users = {
    a: { keys: [accessKey({ id: 'AKIAA000000000000001', ageDays: 200 })] },
    b: { keys: [accessKey({ id: 'AKIAB000000000000001', ageDays: 100 })] },
  };
  mockAccount(users);
  iam.on(CreateAccessKeyCommand, { UserName: 'a' }).rejects(accessDenied());
  const { result } = await run({ variables: { LIMITS: '{"rotate":1}' } });
  expect(result.users.map(({ user, actions }) => [user, actions[0]?.outcome])).toEqual([
    ['a', 'failed'],
    ['b', 'done'],
  ]);
});

describe('exemptions besides the group', () => {
  const exemptTag = { EXEMPT_TAG: JSON.stringify({ key: 'NoRotation', maxDays: 90 }) };
  const touched = (): string[] => changesOf(iam, secrets);
  const actions = async (options: Parameters<typeof run>[0]) => (await run(options)).result.users[0]?.actions;

  it('by path: nothing is read of the user but their ARN', async () => {
    mockAccount(due);
    const users = await actions({ variables: { EXEMPT_PATHS: '["/"]' } });
    expect(users).toEqual([{ action: 'skip', reason: 'the user is below the path /', outcome: 'done' }]);
    expect(namesOf(iam)).not.toContain('ListUserTags');
    expect(touched()).toEqual([]);
  });

  it('by tag', async () => {
    mockAccount({ alice: { ...due.alice, tags: { norotation: '2026-12-24' } } });
    expect(await actions({ variables: exemptTag })).toEqual([
      { action: 'skip', reason: 'the tag NoRotation exempts the user until 2026-12-24', outcome: 'done' },
    ]);
    expect(touched()).toEqual([]);
  });

  it.each([
    ['is no date', { NoRotation: 'yes' }, 'which is no date'],
    ['is too far ahead', { NoRotation: '2029-01-01' }, 'more than 90 days ahead'],
    ['is only for members of the group', { 'key-rotation:exempt-until': '2026-12-24' }, 'is not in IAMKeyRotationExemptionGroup'],
  ])('a tag that %s exempts nobody, and is told', async (_, tags, reason) => {
    mockAccount({ alice: { ...due.alice, tags } });
    const { result } = await run({ variables: exemptTag });
    expect(result.users[0]?.actions).toMatchObject([
      { action: 'unclear-exemption', outcome: 'done', reason: expect.stringContaining(reason) as string },
      { action: 'rotate', outcome: 'done' },
    ]);
    expect(result.mails).toMatchObject([{ outcome: 'sent' }]);
  });

  it('a member whose date is none is exempt, and it is told', async () => {
    mockAccount({ alice: { ...due.alice, tags: { 'key-rotation:exempt-until': '31.01.2027' } } }, ['alice']);
    expect(await actions({})).toMatchObject([
      { action: 'skip', reason: 'the user is a member of IAMKeyRotationExemptionGroup' },
      { action: 'unclear-exemption', reason: expect.stringContaining('"31.01.2027", which is no date') as string },
    ]);
    expect(touched()).toEqual([]);
  });

  it.each([
    ['path', {}, { EXEMPT_PATHS: '["/"]' }, 'the user is below the path /'],
    ['tag', { NoRotation: '2026-12-24' }, exemptTag, 'the tag NoRotation exempts the user until 2026-12-24'],
  ])('by %s refuse a forced rotation', async (_, tags, variables, why) => {
    mockAccount({ alice: { ...due.alice, tags } });
    const { error } = await run({ event: { ForceRotate: 'alice' }, variables });
    expect(error).toMatchObject({ name: 'ForceRotateRefusedError', message: `alice: exempt, because ${why}` });
    expect(touched()).toEqual([]);
  });

  it.each([undefined, 'alice'])(
    'a group that is missing although it exists by the settings fails the account (forced: %s)',
    async (ForceRotate) => {
      mockAccount(due);
      iam.on(GetGroupCommand).rejects(awsError('NoSuchEntityException', 404));
      const { error } = await run({
        variables: { EXEMPTION_GROUP_EXISTS: 'true' },
        event: ForceRotate === undefined ? {} : { ForceRotate },
      });
      expect(error).toBeInstanceOf(AccountFailedError);
      expect(touched()).toEqual([]);
    },
  );
});

it('everybody is told in time by the memory of these tests, so that their steps show', () => {
  expect(Object.keys(everybodyTold(replaced).keys)).toEqual([OLD, NEW]);
  expect(new Date(everybodyTold(replaced).keys[OLD]?.told?.disable?.at ?? 0) > NOW).toBe(true);
});

it('a record that cannot be written before a key is made is that user’s failure, and nothing was made', async () => {
  mockAccount(due);
  s3.on(PutObjectCommand, { Bucket: 'results' }).callsFake(({ Key }: { Key: string }) => {
    if (Key.startsWith('intents/')) throw accessDenied();
    return {};
  });
  const { result } = await run();
  expect(result).toMatchObject({ status: 'partial', failures: [{ user: 'alice', step: 'rotate', error: 'AccessDenied' }] });
  expect(changesOf(iam)).toEqual([]);
});
