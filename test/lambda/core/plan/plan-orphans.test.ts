import type { AccessKey } from '../../../../lambda/core/plan/user-facts';
import { plan } from '../../../../lambda/core/plan/plan';
import { accessKey, intent, NEW, NOW, OLD, policy, userFacts } from '../../../helpers/facts';

const MINUTE = 60_000;
const old = accessKey({ id: OLD, ageDays: 95 });
/** A key that appeared so many milliseconds after an intent of 20 minutes ago. */
const lost = (after = 1_000, overrides: Partial<AccessKey> = {}): AccessKey =>
  accessKey({ id: NEW, created: new Date(NOW.getTime() - 20 * MINUTE + after), lastUsed: 'never', ...overrides });
const unasked = (): AccessKey => {
  const { id, status, created } = lost();
  return { id, status, created };
};
const tags = intent(20, [OLD]);
const TAG = 'key-rotation:issuing:aaaa1111';
/** Intents of whose key a run saw nothing so many minutes ago. */
const looked = (minutesAgo: number, intents: Record<string, string> = intent(200, [OLD])): Record<string, string> =>
  Object.fromEntries(
    Object.entries(intents).map(([key, value]) => [key, `${value} seen=${new Date(NOW.getTime() - minutesAgo * MINUTE).toISOString()}`]),
  );
const decide = (facts: Parameters<typeof userFacts>[0]) => plan(userFacts({ tags, ...facts }), policy(), NOW);

describe('an interrupted run', () => {
  it('has its lost key removed and its intent forgotten, and nothing else is done in the same breath', () => {
    expect(decide({ keys: [old, lost()] })).toEqual([
      { action: 'remove-orphan', keyId: NEW, reason: 'created by a run that was interrupted before its secret was stored' },
      { action: 'forget', tagKeys: [TAG], reason: 'the interrupted run is cleaned up' },
    ]);
  });

  it.each([0, -4_000, -5_000, 59_000, 60_000])('owns a key that appeared %d ms after the intent', (after) => {
    expect(decide({ keys: [old, lost(after)] })[0]).toMatchObject({ action: 'remove-orphan', keyId: NEW });
  });

  it.each([-6_000, -MINUTE, 60_001, 61_000, 4 * MINUTE])('does not own a key that appeared %d ms after the intent', (after) => {
    expect(decide({ keys: [old, lost(after)] })).toMatchObject([
      { action: 'notify' },
      { action: 'wait' },
      { action: 'note-unfinished', intent: { tagKey: TAG } },
    ]);
  });

  it('leaves a key alone that was to be stored where this deployment cannot look', () => {
    const central = Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, `${value} store=central`]));
    const facts = userFacts({ tags: central, keys: [old, lost()] });
    expect(plan(facts, policy(), NOW)).toMatchObject([
      { action: 'blocked', keyId: NEW, reason: expect.stringContaining(`${NEW} was to be stored in the central store`) as string },
    ]);
    const asked = { ...facts, stored: { ...facts.stored, central: true as const } };
    expect(plan(asked, policy(), NOW)[0]).toMatchObject({ action: 'remove-orphan', keyId: NEW });
  });

  it('does not own a key that was there before', () => {
    const keys = [old, lost()];
    expect(decide({ keys, tags: intent(20, [OLD, NEW]) }).map(({ action }) => action)).toEqual(['notify', 'wait', 'note-unfinished']);
  });

  describe('that proves its keys before it stores them', () => {
    const proving = Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, `${value} proves=sts`]));
    const usedBy = (service: string, minutesAgo: number) =>
      lost(1_000, { lastUsed: { at: new Date(NOW.getTime() - minutesAgo * MINUTE), service, region: 'eu-west-1' } });

    it('has its lost key removed although it was used for that', () => {
      expect(decide({ keys: [old, usedBy('sts', 19)], tags: proving })[0]).toMatchObject({ action: 'remove-orphan', keyId: NEW });
    });

    it.each<[string, AccessKey, Record<string, string>]>([
      ['was used by another service', usedBy('s3', 19), proving],
      ['was used after that run was over', usedBy('sts', 4), proving],
      ['was used though that run proved nothing', usedBy('sts', 19), tags],
    ])('a key that %s is somebody’s', (_, key, given) => {
      expect(decide({ keys: [old, key], tags: given }).map(({ action }) => action)).not.toContain('remove-orphan');
    });
  });

  it('keeps a key that the secret holds, and lets its grace run', () => {
    expect(decide({ keys: [old, lost()], current: NEW })).toMatchObject([
      { action: 'wait', keyId: OLD },
      { action: 'wait', keyId: NEW },
      { action: 'forget', tagKeys: [TAG], opensSecret: true, reason: 'an interrupted run left its key stored' },
    ]);
  });

  it('keeps a key that any version of the secret holds', () => {
    const removed = decide({ keys: [old, lost()], versions: [NEW] }).filter((decision) => decision.action === 'remove-orphan');
    expect(removed).toEqual([]);
  });

  it('does not own a key that is in use: somebody holds it', () => {
    const used = lost(1_000, { lastUsed: { at: NOW, service: 's3', region: 'eu-west-1' } });
    expect(decide({ keys: [old, used] }).map((decision) => decision.action)).toEqual(['notify', 'wait', 'forget']);
  });

  it('that left no key that IAM shows is looked at again, and the user is rotated meanwhile', () => {
    expect(decide({ keys: [old] })).toMatchObject([
      { action: 'rotate', keyId: OLD },
      {
        action: 'note-unfinished',
        intent: { tagKey: TAG, known: [OLD] },
        reason: expect.stringContaining('the next run looks again') as string,
      },
    ]);
  });

  it.each([
    [1, ['rotate']],
    [59, ['rotate']],
    [60, ['rotate', 'forget']],
    [180, ['rotate', 'forget']],
  ])('is given up only by a run an hour after one that saw no key either: %d minutes: %j', (minutes, expected) => {
    expect(decide({ keys: [old], tags: looked(minutes) }).map(({ action }) => action)).toEqual(expected);
  });

  it.each([
    ['of a time at which it was still running', 190],
    ['from the future', -1],
  ])('is not given up by a sighting %s', (_, minutes) => {
    expect(decide({ keys: [old], tags: looked(minutes) }).map(({ action }) => action)).toEqual(['rotate', 'note-unfinished']);
  });

  it('has its key removed when IAM shows it after all', () => {
    const late = accessKey({ id: NEW, created: new Date(NOW.getTime() - 200 * MINUTE + 1_000), lastUsed: 'never' });
    expect(decide({ keys: [old, late], tags: looked(120) }).map(({ action }) => action)).toEqual(['remove-orphan', 'forget']);
  });

  it('has a lost key removed that somebody has switched off meanwhile', () => {
    expect(decide({ keys: [old, lost(1_000, { status: 'Inactive' })] })[0]).toMatchObject({ action: 'remove-orphan' });
  });
});

describe('a key whose owner is in doubt is left to a person', () => {
  it.each([
    ['it is the only active key', { keys: [{ ...old, status: 'Inactive' as const }, lost()] }, /it is the user's only active key/],
    ['it is the only key', { keys: [lost()] }, /it is the user's only active key/],
  ])('%s', (_, facts, reason) => {
    expect(decide(facts)).toMatchObject([{ action: 'blocked', keyId: NEW, reason: expect.stringMatching(reason) as string }]);
  });

  it('nobody said whether it was used', () => {
    expect(decide({ keys: [old, unasked()] })).toEqual([
      {
        action: 'blocked',
        keyId: NEW,
        reason: expect.stringMatching(/^whether .* was used is not known; a person must decide: delete the key, or keep it/) as string,
      },
    ]);
  });

  it('two keys appeared at the same time', () => {
    const keys = [lost(500, { id: OLD }), lost(1_000)];
    expect(decide({ keys, tags: intent(20, []) })).toEqual([
      {
        action: 'blocked',
        keyId: OLD,
        reason: expect.stringMatching(
          `^${OLD} and ${NEW} both appeared while a key was being issued; which one is ours cannot be told; a person must decide`,
        ) as string,
      },
    ]);
  });

  it('and neither key takes a step meanwhile', () => {
    const keys = [accessKey({ id: OLD, ageDays: 400 }), unasked()];
    expect(decide({ keys }).map((decision) => decision.action)).toEqual(['blocked']);
  });
});

describe('several interrupted runs', () => {
  const both = { ...intent(20, [OLD], 'aaaa1111'), ...intent(20, [OLD], 'bbbb2222') };
  const TAGS = ['key-rotation:issuing:aaaa1111', 'key-rotation:issuing:bbbb2222'];

  it('have the one key that both may have made removed once', () => {
    const decisions = decide({ keys: [old, lost()], tags: both });
    expect(decisions.filter((decision) => decision.action === 'remove-orphan')).toHaveLength(1);
    expect(decisions.flatMap((decision) => (decision.action === 'forget' ? decision.tagKeys : [])).toSorted()).toEqual(TAGS);
  });

  it('are reported once when the key is in doubt, and both stay remembered', () => {
    const keys = [old, unasked()];
    const reason = expect.stringMatching(`by removing the user's tag ${TAGS.join(' and ')}$`) as string;
    expect(decide({ keys, tags: both })).toMatchObject([{ action: 'blocked', reason }]);
  });

  it('leave a key alone that one of them alone was to store where this deployment cannot look', () => {
    const [first, second] = Object.entries(both).map(([key, value], index) => [key, index === 0 ? value : `${value} store=central`]);
    const tags = Object.fromEntries([first, second] as [string, string][]);
    expect(decide({ keys: [old, lost()], tags })).toMatchObject([
      { action: 'blocked', keyId: NEW, reason: expect.stringContaining('was to be stored in the central store') as string },
    ]);
  });

  it('remove nothing that one of them cannot tell from a person’s key', () => {
    const keys = [lost(500, { id: OLD }), lost(1_000)];
    const intents = { ...intent(20, [], 'aaaa1111'), ...intent(20, [NEW], 'bbbb2222') };
    expect(decide({ keys, tags: intents }).map((decision) => decision.action)).toEqual(['blocked']);
  });

  it('are looked at again, and forgotten one by one, when they left nothing', () => {
    expect(decide({ keys: [old], tags: both }).map((decision) => decision.action)).toEqual([
      'rotate',
      'note-unfinished',
      'note-unfinished',
    ]);
    const early = { ...intent(200, [OLD], 'aaaa1111'), ...intent(200, [OLD], 'bbbb2222') };
    expect(decide({ keys: [old], tags: looked(90, early) }).map((decision) => decision.action)).toEqual(['rotate', 'forget', 'forget']);
  });
});

describe('an intent that the rotator’s own record does not know', () => {
  const forget = { action: 'forget', tagKeys: [TAG], reason: 'no run of ours announced a key by these tags' };
  const without = (facts: Parameters<typeof userFacts>[0]) => plan(userFacts({ ...facts, tags: {} }), policy(), NOW);
  const forged = (facts: Parameters<typeof userFacts>[0], value = tags) => decide({ ...facts, tags: value, forged: [TAG] });

  it.each([
    ['a key that fits it', { keys: [old, lost()] }],
    ['a key that fits it and is switched off', { keys: [old, lost(1_000, { status: 'Inactive' })] }],
    ['a key that fits it and is in the secret', { keys: [old, lost()], current: NEW }],
    ['a key that fits it and whose use nobody knows', { keys: [old, unasked()] }],
    ['a key that fits it and is the only one', { keys: [lost()] }],
    ['two keys that fit it', { keys: [lost(500, { id: OLD }), lost(1_000)] }],
    ['no key that fits it', { keys: [old] }],
  ] satisfies [string, Parameters<typeof userFacts>[0]][])('is forgotten, and everything is as without it: %s', (_, facts) => {
    expect(forged(facts)).toEqual([...without(facts), forget]);
  });

  it('is forgotten at once, whatever it says of an earlier sighting', () => {
    const seen = Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, `${value} seen=${NOW.toISOString()}`]));
    expect(forged({ keys: [old] }, seen)).toEqual([...without({ keys: [old] }), forget]);
  });

  it('names nobody’s store', () => {
    const central = Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, `${value} store=central`]));
    expect(forged({ keys: [old, lost()] }, central)).toEqual([...without({ keys: [old, lost()] }), forget]);
  });

  it('makes the user busy while it claims to be running', () => {
    expect(forged({ keys: [old] }, intent(1, [OLD]))).toMatchObject([{ action: 'skip', because: 'busy' }]);
  });

  it('is forgotten beside one of ours, which has its key removed, or waits for a person', () => {
    const both = { ...tags, ...intent(20, [OLD], 'bbbb2222') };
    const ours = 'key-rotation:issuing:bbbb2222';
    expect(forged({ keys: [old, lost()] }, both)).toMatchObject([
      { action: 'remove-orphan', keyId: NEW },
      { action: 'forget', tagKeys: [ours] },
      forget,
    ]);
    expect(forged({ keys: [old, unasked()] }, both)).toMatchObject([
      { action: 'blocked', keyId: NEW, reason: expect.stringMatching(`tag ${ours}$`) as string },
      forget,
    ]);
  });

  it('does not make a key suspect that one of ours says nothing of', () => {
    const both = { ...tags, ...intent(200, [OLD], 'bbbb2222') };
    expect(forged({ keys: [old, lost()] }, both).map(({ action }) => action)).toEqual(['notify', 'wait', 'note-unfinished', 'forget']);
  });
});
