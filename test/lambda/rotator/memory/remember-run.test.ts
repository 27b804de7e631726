import type { UserWorked } from '../../../../lambda/core/rotate-user';
import type { UserFacts } from '../../../../lambda/core/plan/user-facts';
import { afterRun, type RunFacts } from '../../../../lambda/rotator/memory/remember-run';
import type { Promised } from '../../../../lambda/shared/decision';
import type { ActionResult } from '../../../../lambda/runs/schemas';
import { accessKey, daysAgo, midnightIn, NEW, NOW, OLD, userFacts } from '../../../helpers/facts';
import { action, userResult } from '../../../helpers/results';
import { keyMemory, memoryOf, promise, today } from './factories';

const OWNER = 'owner@acme.example';
const worked = (actions: ActionResult[], facts: UserFacts = userFacts()): UserWorked => ({
  result: userResult('alice', ...actions),
  failures: [],
  facts,
});
const run = (more: Partial<RunFacts> = {}): RunFacts => ({
  worked: [],
  told: new Map([[OLD, [{ to: OWNER, id: 'm1' }]]]),
  mails: [],
  seen: [],
  exemption: { group: 'IAMKeyRotationExemptionGroup', paths: [] },
  dryRun: false,
  now: NOW,
  ...more,
});
const on = midnightIn(10).toISOString();
const after = (actions: ActionResult[], more: Partial<RunFacts> = {}, before = memoryOf()) =>
  afterRun(before, run({ worked: [worked(actions)], ...more })).keys[OLD];

describe('what people were told', () => {
  it.each<[Partial<ActionResult>, Promised]>([
    [{ action: 'rotate' }, 'disable'],
    [{ action: 'notify' }, 'disable'],
    [{ action: 'announce', step: 'disable' }, 'disable'],
    [{ action: 'note-reenabled' }, 'disable'],
    [{ action: 'warn', step: 'disable' }, 'disable'],
    [{ action: 'warn', step: 'delete' }, 'delete'],
    [{ action: 'disable' }, 'delete'],
    [{ action: 'note-inactive' }, 'delete'],
    [{ action: 'hold' }, 'hold'],
  ])('of %j is a promise of the %s', (done, step) => {
    expect(after([action({ on, ...done })])?.told).toEqual({ [step]: { on, at: today, by: [OWNER], mails: ['m1'] } });
  });

  it.each<[string, Partial<ActionResult>, Partial<RunFacts>]>([
    ['no accepted mail names the key', {}, { told: new Map([[NEW, [{ to: OWNER }]]]) }],
    ['the run is DryRun', { outcome: 'planned' }, { dryRun: true }],
    ['the run is DryRun, though it only warned', { action: 'warn', step: 'disable' }, { dryRun: true }],
    ['the action failed', { outcome: 'failed' }, {}],
    ['the action was put off', { outcome: 'deferred' }, {}],
    ['the action is a warning of a rotation', { action: 'warn', step: 'rotate' }, {}],
    ['the action names no date', { action: 'note-reenabled', on: undefined as never }, {}],
    ['the action is about another key', { keyId: NEW }, {}],
    ['the key only waits', { action: 'wait' }, {}],
    ['the key is blocked', { action: 'blocked' }, {}],
  ])('is no promise when %s', (_, done, more) => {
    expect(after([action({ on, ...done })], more)).not.toHaveProperty('told');
  });

  const before = memoryOf({ [OLD]: keyMemory({ told: { disable: promise(5, 10) } }) });

  it('keeps the moment at which people first learned a date', () => {
    expect(after([action({ action: 'warn', step: 'disable', on })], {}, before)?.told?.disable).toEqual(promise(5, 10));
  });

  it('begins anew when that date is told of a grace that does', () => {
    expect(after([action({ action: 'announce', step: 'disable', on })], {}, before)?.told?.disable).toEqual({
      on,
      at: today,
      by: [OWNER],
      mails: ['m1'],
    });
  });

  it('is replaced by another date that they were given', () => {
    const other = midnightIn(12).toISOString();
    expect(after([action({ action: 'announce', step: 'disable', on: other })], {}, before)?.told).toEqual({
      disable: { on: other, at: today, by: [OWNER], mails: ['m1'] },
    });
  });

  it.each([false, true])(
    'of a key that is off is no longer about disabling it, nor of one that is on about deleting it, but for the date: DryRun %s',
    (dryRun) => {
      const both = memoryOf({ [OLD]: keyMemory({ told: { disable: promise(5, 10), delete: promise(6, 20) } }) });
      const seen = (status: 'Active' | 'Inactive') =>
        afterRun(both, run({ dryRun, worked: [worked([], userFacts({ keys: [accessKey({ id: OLD, status })] }))] })).keys[OLD]?.told;
      const over = { at: new Date(0).toISOString() };
      expect(seen('Active')).toEqual({ disable: promise(5, 10), delete: { ...promise(6, 20), ...over } });
      expect(seen('Inactive')).toEqual({ disable: { ...promise(5, 10), ...over }, delete: promise(6, 20) });
    },
  );

  it('is void once the step was taken', () => {
    expect(after([action({ action: 'disable', on })], {}, before)?.told).toEqual({
      disable: { ...promise(5, 10), at: new Date(0).toISOString() },
      delete: { on, at: today, by: [OWNER], mails: ['m1'] },
    });
  });

  it.each<[string, Partial<RunFacts>]>([
    ['of this run', { told: new Map() }],
    ['of a DryRun', { dryRun: true }],
  ])('is forgotten by no mail that did not come: %s', (_, more) => {
    expect(after([action({ action: 'announce', step: 'disable', on: midnightIn(12).toISOString() })], more, before)?.told).toEqual({
      disable: promise(5, 10),
    });
  });
});

describe('keys', () => {
  it('are remembered as they were read', () => {
    expect(afterRun(memoryOf({}), run({ worked: [worked([])] })).keys).toEqual({ [OLD]: keyMemory({ seen: today }) });
  });

  it('are remembered as they were listed, beside what was known', () => {
    const before = memoryOf({ [OLD]: keyMemory({ told: { disable: promise(5, 10) }, issued: true }) });
    const seen = [{ user: 'alice', keyId: OLD, created: daysAgo(95), active: false }];
    expect(afterRun(before, run({ seen })).keys[OLD]).toEqual(
      keyMemory({ told: { disable: promise(5, 10) }, issued: true, active: false, seen: today }),
    );
  });

  it.each<[string, ActionResult[], unknown]>([
    ['disabled', [action({ action: 'disable' })], false],
    ['disabled in plan only', [action({ action: 'disable', outcome: 'planned' })], true],
    ['not disabled after all', [action({ action: 'disable', outcome: 'deferred' })], true],
    ['deleted', [action({ action: 'delete' })], undefined],
    ['not deleted after all', [action({ action: 'delete', outcome: 'failed' })], true],
    ['removed', [action({ action: 'remove-orphan' })], undefined],
  ])('that were %s are remembered so', (_, actions, active) => {
    expect(after(actions)?.active).toBe(active);
  });

  it('that the secret and our tag say we issued are remembered as ours, though the run that issued them died', () => {
    const facts = userFacts({ keys: [accessKey({ id: OLD, ageDays: 100 }), accessKey({ id: NEW, ageDays: 10 })], current: NEW });
    expect(afterRun(memoryOf({}), run({ worked: [worked([], facts)] })).keys).toMatchObject({ [NEW]: { issued: true, storedAs: 'alice' } });
    const renamed = { ...facts, stored: { ...facts.stored, renamed: { from: 'before', repairable: true, readable: true } } };
    expect(afterRun(memoryOf({}), run({ worked: [worked([], renamed)] })).keys).toMatchObject({ [NEW]: { storedAs: 'before' } });
    const stripped = { ...facts, state: { ...facts.state, keys: new Map() } };
    expect(afterRun(memoryOf({}), run({ worked: [worked([], stripped)] })).keys[NEW]).not.toHaveProperty('issued');
  });

  it('and so is that our tag says the central store', () => {
    const keys = [accessKey({ id: OLD, ageDays: 100 }), accessKey({ id: NEW, ageDays: 10 })];
    const facts = userFacts({ keys, current: NEW });
    const central = { ...facts, state: { ...facts.state, keys: new Map([[NEW, { issued: daysAgo(10), central: true as const }]]) } };
    expect(afterRun(memoryOf({}), run({ worked: [worked([], central)] })).keys[NEW]).toMatchObject({ issued: true, central: true });
  });

  it('that replaced another one keep what is known of them while that one takes its steps', () => {
    const keys = [accessKey({ id: OLD, ageDays: 100 }), accessKey({ id: NEW, ageDays: 10 })];
    const known = keyMemory({ issued: true, storedAs: 'before', fetched: daysAgo(3).toISOString() });
    const facts = userFacts({ keys, versions: [NEW] });
    const after = afterRun(memoryOf({ [NEW]: known }), run({ worked: [worked([action({ action: 'disable', successorId: NEW })], facts)] }));
    expect(after.keys[NEW]).toMatchObject({ created: daysAgo(10).toISOString(), storedAs: 'before', fetched: daysAgo(3).toISOString() });
  });

  it('that we issued are remembered as ours', () => {
    const { keys } = afterRun(memoryOf({}), run({ worked: [worked([action({ successorId: NEW })])] }));
    expect(keys[NEW]).toEqual({ user: 'alice', created: today, active: true, seen: today, issued: true, storedAs: 'alice' });
    const central = afterRun(memoryOf({}), run({ worked: [worked([action({ successorId: NEW })])], central: true }));
    expect(central.keys[NEW]).toEqual({ ...keys[NEW], central: true });
  });

  it.each<[string, ActionResult, boolean]>([
    ['a rotation that failed', action({ successorId: NEW, outcome: 'failed' }), false],
    ['a plan', action({ successorId: NEW, outcome: 'planned' }), true],
  ])('are not remembered as issued by %s', (_, done, dryRun) => {
    expect(afterRun(memoryOf({}), run({ worked: [worked([done])], dryRun })).keys).not.toHaveProperty(NEW);
  });

  it('that are gone from their user are forgotten, and those of others are not', () => {
    const before = memoryOf({ [OLD]: keyMemory(), [NEW]: keyMemory(), AKIABOB: keyMemory({ user: 'bob' }) });
    expect(Object.keys(afterRun(before, run({ worked: [worked([])] })).keys).toSorted()).toEqual(['AKIABOB', OLD]);
    const none = afterRun(before, run({ worked: [worked([], userFacts({ keys: [] }))] }));
    expect(Object.keys(none.keys)).toEqual(['AKIABOB']);
  });

  it('of users who could not be read are kept as they are', () => {
    expect(afterRun(memoryOf(), run({ worked: [{ result: userResult('alice'), failures: [] }] })).keys).toEqual(memoryOf().keys);
  });

  it.each([
    [60, true],
    [61, false],
  ])('that nobody has seen for %d days are kept: %s', (days, kept) => {
    const { keys } = afterRun(memoryOf({ [OLD]: keyMemory({ seen: daysAgo(days).toISOString() }) }), run());
    expect(OLD in keys).toBe(kept);
  });
});

describe('that a key was fetched', () => {
  const fetchedAfter = (facts: Parameters<typeof userFacts>[0], dryRun = false) =>
    afterRun(memoryOf({}), run({ worked: [worked([], userFacts(facts))], dryRun })).keys[NEW]?.fetched;
  const keys = [accessKey(), accessKey({ id: NEW, ageDays: 5 })];

  it.each<[string, Parameters<typeof userFacts>[0], Date | undefined]>([
    ['since', { keys, current: NEW, fetched: daysAgo(3) }, daysAgo(3)],
    [
      'on the day it was made, of which AWS tells only the day',
      { keys, current: NEW, fetched: new Date('2026-11-16T00:00:00Z') },
      new Date('2026-11-16T00:00:00Z'),
    ],
    ['before it was made, which was another key', { keys, current: NEW, fetched: new Date('2026-11-15T23:59:59Z') }, undefined],
    ['never', { keys, current: NEW }, undefined],
    ['while the secret held another key', { keys, current: OLD, fetched: daysAgo(3) }, undefined],
  ])('is remembered: %s', (_, facts, expected) => {
    expect(fetchedAfter(facts)).toBe(expected?.toISOString());
    expect(fetchedAfter(facts, true)).toBeUndefined();
  });
});

describe('a sweep', () => {
  it('that ran out of time is remembered, and one that did not is forgotten', () => {
    expect(afterRun(memoryOf(), run({ sweptTo: 'bob' })).sweptTo).toBe('bob');
    expect(afterRun(memoryOf({}, { sweptTo: 'bob' }), run())).not.toHaveProperty('sweptTo');
  });
});

it('changes nothing of the memory that it was given', () => {
  const before = memoryOf({ [OLD]: keyMemory({ told: { disable: promise(5, 10) } }), [NEW]: keyMemory() });
  const copy = structuredClone(before);
  afterRun(before, run({ worked: [worked([action({ action: 'announce', step: 'disable', on })])] }));
  expect(before).toEqual(copy);
});

describe('mails', () => {
  it('that SES accepted are remembered by its ids, also of a DryRun, and others are not', () => {
    const mails = [{ to: OWNER, id: 'm1' }, { to: 'nobody@acme.example' }];
    for (const dryRun of [false, true])
      expect(afterRun(memoryOf(), run({ mails, dryRun })).mails).toEqual({ m1: { to: OWNER, at: today } });
  });

  it('are no change when there was none', () => {
    expect(afterRun(memoryOf(), run())).not.toHaveProperty('mails');
  });
});
