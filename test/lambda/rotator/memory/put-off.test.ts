import { putOffBy, putOffFailures, putOffsToTell } from '../../../../lambda/rotator/memory/put-off';
import type { KeyMemory } from '../../../../lambda/rotator/memory/account-memory';
import type { ActionResult } from '../../../../lambda/runs/schemas';
import { daysAgo, intent, NOW, OLD, userFacts } from '../../../helpers/facts';
import { action, userResult } from '../../../helpers/results';
import { keyMemory, memoryOf, promise, today } from './factories';

const TOLD = keyMemory({ told: { disable: promise(5, 10), delete: promise(5, 20) } });
const counted = (times: number, lastDaysAgo = 1): KeyMemory => ({
  ...TOLD,
  putOff: { times, since: daysAgo(9).toISOString(), last: daysAgo(lastDaysAgo).toISOString() },
});
const by = (done: Partial<ActionResult>, before: KeyMemory | null = TOLD, facts = userFacts()) =>
  putOffBy(before ?? undefined, facts, [action(done)], NOW);

describe('a step is put off by', () => {
  const FIRST = { times: 1, since: today, last: today };

  it.each<[string, Partial<ActionResult>]>([
    ['a person who enables the key again', { action: 'note-reenabled' }],
    ['somebody who takes our tags off', { action: 'note-issued' }],
    ['a notice that must be given again', { action: 'notify' }],
    ['an announcement that must be made again', { action: 'announce' }],
    ['a recovery time that begins again', { action: 'note-inactive' }],
  ])('%s', (_, done) => {
    expect(by(done)).toEqual(FIRST);
  });

  it.each(['notify', 'announce'] as const)('somebody who enables a key again and takes our tag off: %s', (name) => {
    expect(by({ action: name }, keyMemory({ active: false }))).toEqual(FIRST);
  });

  it('an intent that runs every day', () => {
    expect(by({ action: 'skip' }, TOLD, userFacts({ tags: intent(1, [OLD]) }))).toEqual(FIRST);
    expect(by({ action: 'skip' }, TOLD, userFacts({ tags: intent(16, [OLD]) }))).toBeUndefined();
  });
});

describe('a step is not put off by', () => {
  it.each<[string, Partial<ActionResult>, KeyMemory | null]>([
    ['the first notice', { action: 'notify' }, keyMemory()],
    ['the first announcement', { action: 'announce' }, keyMemory()],
    ['the first announcement of a key that nobody remembers', { action: 'announce' }, null],
    ['the first sight of an inactive key', { action: 'note-inactive' }, keyMemory({ told: { disable: promise(5, 10) } })],
    ['the first notice of a key that was inactive before', { action: 'notify' }, keyMemory({ told: { delete: promise(5, 10) } })],
    [
      'an announcement of which no mail was delivered',
      { action: 'announce' },
      keyMemory({ told: { disable: { ...promise(5, 10), undelivered: true } } }),
    ],
    ['what failed', { action: 'note-reenabled', outcome: 'failed' }, TOLD],
    ['what a DryRun plans', { action: 'note-reenabled', outcome: 'planned' }, TOLD],
    ['the first sight of an inactive key that is known to be off', { action: 'note-inactive' }, keyMemory({ active: false })],
    ['a step that was taken', { action: 'disable' }, TOLD],
    ['a warning', { action: 'warn' }, TOLD],
    ['waiting', { action: 'wait' }, TOLD],
  ])('%s', (_, done, before) => {
    expect(by(done, before)).toBeUndefined();
  });
});

describe('how often', () => {
  it('is counted once a day', () => {
    expect(by({ action: 'note-reenabled' }, counted(2, 0))).toEqual(counted(2, 0).putOff);
    expect(by({ action: 'note-reenabled' }, counted(2, 1))).toEqual({ times: 3, since: daysAgo(9).toISOString(), last: today });
  });

  it('stays known on a day without', () => {
    expect(by({ action: 'wait' }, counted(2, 5))).toEqual(counted(2, 5).putOff);
  });
});

describe('a failure by name', () => {
  const failures = (times: number, done: Partial<ActionResult>, lastDaysAgo = 0) =>
    putOffFailures(
      memoryOf({ [OLD]: counted(times, lastDaysAgo) }),
      [{ result: userResult('alice', action(done)), failures: [], facts: userFacts() }],
      NOW,
    );

  it.each([
    [1, 0],
    [2, 0],
    [3, 1],
    [11, 1],
  ])('after %d times: %d', (times, count) => {
    expect(failures(times, { action: 'note-reenabled' })).toHaveLength(count);
  });

  it.each<[ActionResult['action'], string]>([
    ['note-reenabled', 'somebody enables the key again each time it was disabled'],
    ['note-issued', 'where Terraform does, give its provider ignore_tags'],
    ['notify', 'where Terraform does, give its provider ignore_tags'],
    ['announce', 'a tag key-rotation:* of the user is rewritten'],
    ['note-inactive', 'the recovery time begins anew each time'],
  ])('of %s says how often, since when, and what ends it', (name, remedy) => {
    const [failure] = failures(3, { action: name });
    expect(failure).toMatchObject({ user: 'alice', step: 'put off', error: 'StepPutOffError' });
    expect(failure?.message).toMatch(`the next step of ${OLD} was put off 3 times since 2026-11-12: `);
    expect(failure?.message).toContain(remedy);
  });

  it('of a busy user names the intent, which is about no key', () => {
    const [failure] = failures(3, { action: 'skip', keyId: undefined as never });
    expect(failure?.message).toContain('a tag key-rotation:issuing:* of the user says every day that a key is being issued');
  });

  it('is not made on a day on which nothing was put off', () => {
    expect(failures(3, { action: 'wait' }, 1)).toEqual([]);
  });

  it('is not made of a user who could not be read', () => {
    expect(putOffFailures(memoryOf({ [OLD]: counted(3, 0) }), [{ result: userResult('alice'), failures: [] }], NOW)).toEqual([]);
  });
});

it('what a mail says of it is counted before the memory is written', () => {
  const worked = (done: Partial<ActionResult>) => [{ result: userResult('alice', action(done)), failures: [], facts: userFacts() }];
  const toTell = (times: number, done: Partial<ActionResult>) => putOffsToTell(memoryOf({ [OLD]: counted(times, 1) }), worked(done), NOW);
  expect(toTell(2, { action: 'note-reenabled' })).toMatchObject([
    { keyId: OLD, error: 'StepPutOffError', message: expect.stringContaining('was put off 3 times') as string },
  ]);
  expect(toTell(1, { action: 'note-reenabled' })).toEqual([]);
  expect(toTell(2, { action: 'wait' })).toEqual([]);
});
