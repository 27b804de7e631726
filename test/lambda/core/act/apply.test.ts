import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  ListAccessKeysCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import {
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { apply, rememberNotice } from '../../../../lambda/core/act/apply';
import type { Decision } from '../../../../lambda/shared/decision';
import { readState } from '../../../../lambda/core/plan/key-state';
import { policyFor } from '../../../../lambda/core/store/secret-policy';
import { accessDenied, awsError, callsOf, changesOf, namesOf, noSuchEntity } from '../../../helpers/aws';
import { accessKey, daysAgo, midnightIn, NEW, NOW, OLD, remembered, userFacts } from '../../../helpers/facts';
import { everythingWorks, iam, SECRET_NAME, secrets, services } from '../../../helpers/issuing';

const on = midnightIn(10);
const carryOut = (decision: Decision, facts = userFacts()) => apply(services(), facts, decision);
const call = (name: string) => callsOf(iam).find((one) => one.name === name)?.input;
/** The state as the next run will read it from the tag just written. */
const writtenState = () => {
  const [tag] = call('TagUser')?.['Tags'] as { Key: string; Value: string }[];
  return { tagKey: tag!.Key, state: readState(new Map([[tag!.Key, tag!.Value]]), new Map([[OLD, daysAgo(400)]]), NOW).keys.get(OLD) };
};

beforeEach(everythingWorks);

describe('disable', () => {
  const disable: Decision = { action: 'disable', keyId: OLD, reason: '', deleteOn: on };

  it('switches the key off, and remembers since when', async () => {
    await expect(carryOut(disable)).resolves.toEqual({ outcome: 'done' });
    expect(namesOf(iam)).toEqual(['UpdateAccessKey', 'TagUser']);
    expect(call('UpdateAccessKey')).toEqual({ UserName: 'alice', AccessKeyId: OLD, Status: 'Inactive' });
    expect(writtenState()).toEqual({ tagKey: `key-rotation:${OLD}`, state: { inactive: NOW } });
  });

  it('keeps what else was remembered of the key', async () => {
    await carryOut(
      disable,
      userFacts({ tags: remembered(OLD, { notice: daysAgo(10), noticeBeside: NEW, reenabled: daysAgo(20), times: 2 }) }),
    );
    expect(writtenState().state).toEqual({ inactive: NOW, notice: daysAgo(10), noticeBeside: NEW, reenabled: daysAgo(20), times: 2 });
  });

  it('remembers nothing when the key could not be switched off', async () => {
    iam.on(UpdateAccessKeyCommand).rejects(accessDenied());
    await expect(carryOut(disable)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(namesOf(iam)).toEqual(['UpdateAccessKey']);
  });
});

describe('disable, of a key with a successor', () => {
  const disable: Decision = { action: 'disable', keyId: OLD, successor: NEW, reason: '', deleteOn: on };
  const facts = (more: Parameters<typeof userFacts>[0] = {}) =>
    userFacts({ keys: [accessKey(), accessKey({ id: NEW, ageDays: 15 })], current: NEW, ...more });
  const opened = (arn = facts().arn) => secrets.on(GetResourcePolicyCommand).resolves({ ResourcePolicy: JSON.stringify(policyFor(arn)) });

  it('happens when its user may read the successor', async () => {
    opened();
    await expect(carryOut(disable, facts())).resolves.toEqual({ outcome: 'done' });
    expect(namesOf(iam)).toEqual(['UpdateAccessKey', 'TagUser']);
    expect(changesOf(secrets)).toEqual([]);
  });

  it.each([
    ['nobody', () => undefined],
    ['somebody else', () => opened('arn:aws:iam::111122223333:user/bob')],
  ])('is put off when the secret lets %s read: it is opened, and the grace begins anew', async (_, seed) => {
    seed();
    await expect(carryOut(disable, facts())).resolves.toEqual({
      outcome: 'deferred',
      reason: 'its user could not read the secret of the new key until now, so its grace begins anew',
    });
    expect(callsOf(secrets).at(-1)).toMatchObject({
      name: 'PutResourcePolicy',
      input: { SecretId: SECRET_NAME, ResourcePolicy: JSON.stringify(policyFor(facts().arn)) },
    });
    expect(changesOf(iam, secrets)).toEqual(['TagUser', 'PutResourcePolicy']);
    expect(writtenState()).toEqual({ tagKey: `key-rotation:${OLD}`, state: { behind: NOW } });
  });

  it('is no success when the secret cannot be asked', async () => {
    secrets.on(GetResourcePolicyCommand).rejects(accessDenied());
    await expect(carryOut(disable, facts())).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(namesOf(iam)).toEqual([]);
  });

  it('asks the secret that is called by the user’s former name', async () => {
    opened();
    await carryOut(disable, facts({ renamed: { from: 'before', readable: true, repairable: true } }));
    expect(callsOf(secrets)[0]?.input).toEqual({ SecretId: SECRET_NAME.replace('alice', 'before') });
  });
});

it.each<Decision>([
  { action: 'disable', keyId: OLD, successor: NEW, reason: '', deleteOn: on },
  { action: 'forget', tagKeys: ['key-rotation:issuing:aaaa1111'], opensSecret: true, reason: '' },
])('opens no other user’s secret by $action, whatever name a tag of the user says', async (decision) => {
  const keys = [accessKey(), accessKey({ id: NEW, ageDays: 15 })];
  await carryOut(decision, userFacts({ keys, current: NEW, tags: { 'key-rotation:stored-as': 'bob' } }));
  expect(new Set(callsOf(secrets).map(({ input }) => input['SecretId']))).toEqual(new Set([SECRET_NAME]));
});

describe('what was issued by us', () => {
  const two = { keys: [accessKey(), accessKey({ id: NEW, ageDays: 15 })], current: NEW };
  const written = (keyId = NEW, created = daysAgo(15)) => {
    const [tag] = call('TagUser')?.['Tags'] as { Key: string; Value: string }[];
    return [tag!.Key, readState(new Map([[tag!.Key, tag!.Value]]), new Map([[keyId, created]]), NOW).keys.get(keyId)];
  };

  it('is tagged so again, as of its creation', async () => {
    await carryOut(
      { action: 'note-issued', keyId: NEW, reason: '' },
      userFacts({ ...two, issued: [], tags: remembered(NEW, { behind: daysAgo(3) }) }),
    );
    expect(written()).toEqual([`key-rotation:${NEW}`, { issued: daysAgo(15), behind: daysAgo(3) }]);
    expect(namesOf(iam)).toEqual(['TagUser']);
  });

  it('is tagged with the store that is remembered, whatever store is asked now', async () => {
    const memory = { [NEW]: { told: {}, issued: true, central: true } as const };
    await carryOut({ action: 'note-issued', keyId: NEW, reason: '' }, userFacts({ ...two, issued: [], memory }));
    expect(written()).toEqual([`key-rotation:${NEW}`, { issued: daysAgo(15), central: true }]);
  });

  it('is noted as lost, beside what was remembered', async () => {
    await carryOut({ action: 'note-lost', keyId: NEW, reason: '' }, userFacts(two));
    expect(written()).toEqual([`key-rotation:${NEW}`, { issued: daysAgo(15), lost: NOW }]);
    expect(namesOf(iam)).toEqual(['TagUser']);
  });

  it('stays so when a person re-enables it', async () => {
    await carryOut(
      { action: 'note-reenabled', keyId: NEW, reason: '', times: 2 },
      userFacts({ ...two, tags: remembered(NEW, { inactive: daysAgo(1), notice: daysAgo(9), noticeBeside: OLD }) }),
    );
    expect(written()).toEqual([`key-rotation:${NEW}`, { issued: daysAgo(15), reenabled: NOW, times: 2 }]);
  });
});

describe('follow-rename', () => {
  const follow: Decision = { action: 'follow-rename', keyId: OLD, successor: NEW, from: 'before', reason: '', disableOn: midnightIn(10) };
  const facts = userFacts({ keys: [accessKey(), accessKey({ id: NEW, ageDays: 5 })], current: NEW });
  const name = SECRET_NAME.replace('alice', 'before');

  it('begins the grace of the older key anew first, and then opens the secret of the former name to the present user', async () => {
    await expect(carryOut(follow, facts)).resolves.toEqual({ outcome: 'done', secretName: name });
    expect(changesOf(iam, secrets)).toEqual(['TagUser', 'PutResourcePolicy']);
    expect(callsOf(secrets).at(-1)?.input).toMatchObject({ SecretId: name, ResourcePolicy: JSON.stringify(policyFor(facts.arn)) });
    expect(writtenState()).toEqual({ tagKey: `key-rotation:${OLD}`, state: { behind: NOW } });
  });

  it('opens no secret when the grace could not be begun anew: the next run would not know that it was closed', async () => {
    iam.on(TagUserCommand).rejects(accessDenied());
    await expect(carryOut(follow, facts)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(changesOf(secrets)).toEqual([]);
  });

  it('fails when the secret could not be opened; the next run begins the grace anew again', async () => {
    secrets.on(PutResourcePolicyCommand).rejects(accessDenied());
    await expect(carryOut(follow, facts)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(namesOf(iam)).toEqual(['TagUser']);
  });
});

describe('what an interrupted run left', () => {
  const intentOf = {
    tagKey: 'key-rotation:issuing:aaaa1111',
    at: daysAgo(1),
    until: new Date(daysAgo(1).getTime() + 900_000),
    known: [OLD],
  };

  it('is remembered as seen, in the tag that it has', async () => {
    await carryOut({ action: 'note-unfinished', intent: intentOf, reason: '' });
    const [{ Key, Value } = { Key: '', Value: '' }] = call('TagUser')?.['Tags'] as { Key: string; Value: string }[];
    expect(readState(new Map([[Key, Value]]), new Map(), NOW).intents).toEqual([{ ...intentOf, seen: NOW }]);
  });

  it.each([
    ['alice', {}],
    ['before', { renamed: { from: 'before', readable: false, repairable: true } }],
  ])('as a stored key is opened to its user before the intent is forgotten, in the secret of %s', async (name, more) => {
    await carryOut({ action: 'forget', tagKeys: [intentOf.tagKey], opensSecret: true, reason: '' }, userFacts(more));
    expect(changesOf(iam, secrets)).toEqual(['PutResourcePolicy', 'UntagUser']);
    expect(callsOf(secrets).at(-1)?.input).toMatchObject({ SecretId: SECRET_NAME.replace('alice', name) });
  });

  it('stays when the secret could not be opened', async () => {
    secrets.on(PutResourcePolicyCommand).rejects(accessDenied());
    const forget: Decision = { action: 'forget', tagKeys: [intentOf.tagKey], opensSecret: true, reason: '' };
    await expect(carryOut(forget)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(namesOf(iam)).toEqual([]);
  });
});

describe('wait-for-replica', () => {
  it('remembers when a replica was seen without the successor, beside what was remembered before', async () => {
    const facts = userFacts({ tags: remembered(OLD, { reenabled: daysAgo(20), times: 2, behind: daysAgo(1) }) });
    await expect(carryOut({ action: 'wait-for-replica', keyId: OLD, reason: '' }, facts)).resolves.toEqual({ outcome: 'done' });
    expect(namesOf(iam)).toEqual(['TagUser']);
    expect(writtenState().state).toEqual({ reenabled: daysAgo(20), times: 2, behind: NOW });
  });
});

describe('delete', () => {
  const remove: Decision = { action: 'delete', keyId: OLD, reason: '' };

  it('deletes the key and its memory, and nothing else', async () => {
    const facts = userFacts({ tags: { ...remembered(OLD, { inactive: daysAgo(10) }), team: 'x' } });
    await expect(carryOut(remove, facts)).resolves.toEqual({ outcome: 'done' });
    expect(callsOf(iam)).toMatchObject([
      { name: 'DeleteAccessKey', input: { UserName: 'alice', AccessKeyId: OLD } },
      { name: 'UntagUser', input: { UserName: 'alice', TagKeys: [`key-rotation:${OLD}`] } },
    ]);
  });

  it('is deferred when the key was gone already', async () => {
    iam.on(DeleteAccessKeyCommand).rejects(noSuchEntity());
    await expect(carryOut(remove)).resolves.toEqual({ outcome: 'deferred', reason: 'the key was already gone' });
    expect(namesOf(iam)).toEqual(['DeleteAccessKey']);
  });

  it('keeps the memory of a key that could not be deleted', async () => {
    iam.on(DeleteAccessKeyCommand).rejects(accessDenied());
    await expect(carryOut(remove, userFacts({ tags: remembered(OLD, { inactive: daysAgo(10) }) }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    expect(namesOf(iam)).toEqual(['DeleteAccessKey']);
  });
});

describe('what is remembered', () => {
  it('of a key first seen inactive: since when', async () => {
    await carryOut({ action: 'note-inactive', keyId: OLD, reason: '', deleteOn: on });
    expect(namesOf(iam)).toEqual(['TagUser']);
    expect(writtenState().state).toEqual({ inactive: NOW });
  });

  it('of a re-enabled key: when and how often, and no notice or recovery of before', async () => {
    const tags = remembered(OLD, { inactive: daysAgo(3), notice: daysAgo(13), noticeBeside: NEW });
    await carryOut({ action: 'note-reenabled', keyId: OLD, reason: '', times: 3 }, userFacts({ tags }));
    expect(namesOf(iam)).toEqual(['TagUser']);
    expect(writtenState().state).toEqual({ reenabled: NOW, times: 3 });
  });

  it.each([
    ['the other active key', [accessKey(), accessKey({ id: NEW, ageDays: 5 })], NEW],
    ['none, beside an inactive key', [accessKey(), accessKey({ id: NEW, ageDays: 5, status: 'Inactive' })], 'none'],
    ['none, of an only key', [accessKey()], 'none'],
  ])('of a notice: when, and beside which key it was given: %s', async (_, keys, noticeBeside) => {
    await rememberNotice(services(), userFacts({ keys }), OLD);
    expect(writtenState().state).toEqual({ notice: NOW, noticeBeside });
  });

  it('of a notice, beside what was remembered before', async () => {
    await rememberNotice(services(), userFacts({ tags: remembered(OLD, { reenabled: daysAgo(3), times: 2 }) }), OLD);
    expect(writtenState().state).toEqual({ notice: NOW, noticeBeside: 'none', reenabled: daysAgo(3), times: 2 });
  });
});

describe('the secret of a key', () => {
  const deleted: Decision = { action: 'delete-secret', keyId: OLD, reason: '', until: midnightIn(30) };
  const restored: Decision = { action: 'restore-secret', keyId: NEW, predecessor: OLD, reason: '' };
  const lists = (...ids: string[]) =>
    iam.on(ListAccessKeysCommand).resolves({
      AccessKeyMetadata: ids.map((AccessKeyId) => ({ UserName: 'alice', AccessKeyId, Status: 'Active', CreateDate: daysAgo(50) })),
    });

  it('is scheduled for deletion, as late as AWS allows', async () => {
    lists(OLD);
    await expect(carryOut(deleted)).resolves.toEqual({ outcome: 'done', secretName: SECRET_NAME });
    expect(callsOf(secrets).slice(1)).toMatchObject([{ name: 'DeleteSecret', input: { SecretId: SECRET_NAME, RecoveryWindowInDays: 30 } }]);
    expect(changesOf(iam)).toEqual([]);
  });

  it('is restored at once when another key appeared meanwhile', async () => {
    lists(OLD, NEW);
    await expect(carryOut(deleted)).resolves.toEqual({
      outcome: 'deferred',
      reason: 'another key appeared meanwhile, so the secret was kept',
    });
    expect(namesOf(secrets)).toEqual(['DescribeSecret', 'DeleteSecret', 'RestoreSecret']);
  });

  it('is restored after the grace of the older key began anew', async () => {
    const facts = userFacts({ keys: [accessKey(), accessKey({ id: NEW, ageDays: 5 })], deleted: true });
    secrets.on(RestoreSecretCommand).rejects(accessDenied());
    await expect(carryOut(restored, facts)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(writtenState()).toEqual({ tagKey: `key-rotation:${OLD}`, state: { behind: NOW } });
    secrets.on(RestoreSecretCommand).resolves({});
    await expect(carryOut(restored, facts)).resolves.toEqual({ outcome: 'done', secretName: SECRET_NAME });
  });

  it('is restored, and nothing is remembered of an older key that is inactive', async () => {
    const facts = userFacts({ keys: [accessKey({ status: 'Inactive' }), accessKey({ id: NEW, ageDays: 5 })], deleted: true });
    await carryOut(restored, facts);
    expect(namesOf(iam)).toEqual([]);
    expect(namesOf(secrets)).toEqual(['RestoreSecret']);
  });
});

it('a lost key is switched off, then deleted', async () => {
  await carryOut({ action: 'remove-orphan', keyId: NEW, reason: '' });
  expect(namesOf(iam)).toEqual(['UpdateAccessKey', 'DeleteAccessKey']);
});

it('tags that say nothing any more are removed in one call', async () => {
  await carryOut({ action: 'forget', tagKeys: ['key-rotation:a', 'key-rotation:b'], reason: '' });
  expect(callsOf(iam)).toMatchObject([{ name: 'UntagUser', input: { TagKeys: ['key-rotation:a', 'key-rotation:b'] } }]);
});

it.each<Decision>([
  { action: 'notify', keyId: OLD, reason: '', disableOn: on },
  { action: 'announce', keyId: OLD, reason: '', step: 'disable', on },
  { action: 'unclear-exemption', reason: '' },
  { action: 'warn', keyId: OLD, reason: '', step: 'rotate', on },
  { action: 'hold', keyId: OLD, reason: '', until: on },
  { action: 'blocked', keyId: OLD, reason: '' },
  { action: 'wait', keyId: OLD, reason: '' },
  { action: 'skip', because: 'busy', reason: '' },
])('$action changes nothing', async (decision) => {
  await expect(carryOut(decision)).resolves.toEqual({ outcome: 'done' });
  expect(namesOf(iam, secrets)).toEqual([]);
});

describe('rotate', () => {
  const rotate: Decision = { action: 'rotate', keyId: OLD, reason: '', disableOn: on };

  it('issues a successor, tells its id and its secret, and leaves the old key alone', async () => {
    await expect(carryOut(rotate)).resolves.toEqual({ outcome: 'done', successorId: NEW, secretName: SECRET_NAME });
    expect(changesOf(iam)).toEqual(['TagUser', 'CreateAccessKey', 'TagUser', 'UntagUser']);
    expect(call('TagUser')?.['Tags']).toMatchObject([{ Value: expect.stringMatching(new RegExp(` keys=${OLD}$`)) as string }]);
  });

  it('remembers first that a person re-enabled the key, so that no recovery time of before counts', async () => {
    const facts = userFacts({
      tags: remembered(OLD, { inactive: daysAgo(20), notice: daysAgo(30), noticeBeside: 'none', times: 2, reenabled: daysAgo(40) }),
    });
    await expect(carryOut(rotate, facts)).resolves.toMatchObject({ outcome: 'done', successorId: NEW });
    expect(writtenState()).toEqual({ tagKey: `key-rotation:${OLD}`, state: { reenabled: NOW, times: 3 } });
    expect(changesOf(iam)).toEqual(['TagUser', 'TagUser', 'CreateAccessKey', 'TagUser', 'UntagUser']);
  });

  it('issues nothing when that could not be remembered', async () => {
    iam.on(TagUserCommand).rejects(accessDenied());
    await expect(carryOut(rotate, userFacts({ tags: remembered(OLD, { inactive: daysAgo(20) }) }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    expect(namesOf(iam)).toEqual(['TagUser']);
  });

  it('changes nothing, not even for an inactive key that would make room, when the new key’s tags would not fit', async () => {
    const tags = new Map(Array.from({ length: 48 }, (_, index) => [`tag-${index}`, 'x']));
    await expect(carryOut({ ...rotate, makeRoom: NEW }, { ...userFacts(), tags })).rejects.toMatchObject({ name: 'TagsFullError' });
    expect(changesOf(iam, secrets)).toEqual([]);
  });

  it('is deferred when the second place was taken meanwhile', async () => {
    iam.on(CreateAccessKeyCommand).rejects(awsError('LimitExceededException', 409, 'quota'));
    await expect(carryOut(rotate)).resolves.toEqual({
      outcome: 'deferred',
      reason: "the user's second place was taken meanwhile, nothing was created (quota)",
      contradicts: true,
    });
  });

  describe('making room', () => {
    const forced: Decision = { ...rotate, keyId: NEW, makeRoom: OLD };
    const facts = userFacts({
      keys: [accessKey({ id: OLD, status: 'Inactive' }), accessKey({ id: NEW, ageDays: 5 })],
      tags: remembered(OLD, { inactive: daysAgo(3) }),
    });

    it('proves the store writable first, then deletes the inactive key, then issues', async () => {
      await expect(carryOut(forced, facts)).resolves.toMatchObject({ outcome: 'done', successorId: NEW });
      expect(changesOf(iam, secrets)).toEqual([
        'PutResourcePolicy',
        'PutSecretValue',
        'DeleteAccessKey',
        'UntagUser',
        'PutResourcePolicy',
        'PutSecretValue',
        'TagUser',
        'CreateAccessKey',
        'TagUser',
        'PutSecretValue',
        'PutResourcePolicy',
        'UntagUser',
      ]);
    });

    it('does not count the deleted key as known', async () => {
      await carryOut(forced, facts);
      expect(call('TagUser')?.['Tags']).toMatchObject([{ Value: expect.stringMatching(new RegExp(` keys=${NEW}$`)) as string }]);
    });

    it('deletes nothing when the new key could not be stored', async () => {
      secrets.on(PutSecretValueCommand).rejects(accessDenied());
      await expect(carryOut(forced, facts)).rejects.toMatchObject({ name: 'AccessDenied' });
      expect(namesOf(iam)).toEqual([]);
    });

    it('issues nothing when somebody else deleted the inactive key meanwhile: they may be doing the same', async () => {
      iam.on(DeleteAccessKeyCommand).rejects(noSuchEntity());
      await expect(carryOut(forced, facts)).resolves.toEqual({
        outcome: 'deferred',
        reason: `${OLD} was deleted by somebody else meanwhile; repeat to rotate`,
      });
      expect(namesOf(iam)).toEqual(['DeleteAccessKey']);
    });
  });
});
