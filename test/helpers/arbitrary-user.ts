import fc from 'fast-check';
import type { AccessKey, Remembered, UserFacts } from '../../lambda/core/plan/user-facts';
import { DAY_MS } from '../../lambda/shared/period';
import type { Policy } from '../../lambda/core/plan/policy';
import { intentTag, keyTag } from '../../lambda/core/plan/key-state';
import { inMinutes, intent, NEW, NOW, OLD, policy, userFacts } from './facts';

const GONE = 'AKIAGONE000000000003';
const MINUTE = 60_000;
export const POLICIES: readonly Policy[] = [
  policy(),
  policy({ warn: '0d' }),
  policy({ warn: '36h' }),
  policy({ warn: '15d,7d,1d' }),
  { ...policy(), nextRun: new Date(NOW.getTime() + 3 * DAY_MS) },
  policy({ untold: 'proceed' }),
  policy({ unusedKeys: 'retire' }),
  policy({ whileInUse: 'hold' }),
  policy({ unusedKeys: 'retire', whileInUse: 'hold', maxHold: '5d' }),
  policy({ rotate: '75d', disable: '85d', delete: '95d' }),
  inMinutes(),
  inMinutes({ unusedKeys: 'retire', whileInUse: 'hold', maxHold: '15m' }),
  inMinutes({ untold: 'proceed', unusedKeys: 'retire' }),
];

/** How long ago something was, in milliseconds: around the steps of both kinds of policy, and anywhere. */
const ago = fc.oneof(
  fc.constantFrom(0, 1, 5, 10, 15, 20, 30, 60).map((minutes) => minutes * MINUTE),
  fc.constantFrom(1, 9, 10, 11, 20, 30, 83, 89, 90, 91, 100, 110, 120, 400).map((days) => days * DAY_MS),
  fc.integer({ min: 0, max: 500 * DAY_MS }),
);
const moment = ago.map((milliseconds) => new Date(NOW.getTime() - milliseconds));
const stamp = fc.oneof(
  { weight: 8, arbitrary: moment.map((at) => at.toISOString()) },
  { weight: 1, arbitrary: ago.map((ahead) => new Date(NOW.getTime() + ahead + 1).toISOString()) },
  { weight: 1, arbitrary: fc.constantFrom('', 'yesterday', '2026-13-45T99:99:99Z', '0', 'true', '2026-11-01') },
);
const beside = fc.constantFrom(OLD, NEW, GONE, 'none', '');
const part = fc.oneof(
  stamp.map((at) => `inactive=${at}`),
  fc.tuple(stamp, beside).map(([at, other]) => `notice=${at} beside=${other}`),
  stamp.map((at) => `notice=${at}`),
  stamp.map((at) => `behind=${at}`),
  stamp.map((at) => `lost=${at}`),
  stamp.map((at) => `issued=${at}`),
  fc.tuple(stamp, fc.constantFrom('1', '7', '-1', 'x')).map(([at, times]) => `reenabled=${at} times=${times}`),
  fc.constantFrom('', '=', 'inactive', '===', 'x=y'),
);
const tagValue = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' '));
const tagOf = (keyId: string) =>
  fc.option(tagValue, { nil: undefined }).map((value): [string, string][] => (value ? [[keyTag(keyId), value]] : []));

const intents = fc.array(
  fc
    .tuple(fc.integer({ min: -1, max: 40 }), fc.subarray([OLD, NEW]), fc.constantFrom('aaaa1111', 'bbbb2222'))
    .map(([minutesAgo, known, token]) => intent(minutesAgo, known, token)),
  { maxLength: 2 },
);

const accessKey = (id: string): fc.Arbitrary<AccessKey> =>
  fc
    .record({
      status: fc.constantFrom('Active' as const, 'Inactive' as const),
      created: moment,
      lastUsed: fc.oneof(
        fc.constant('never' as const),
        moment.map((at) => ({ at, service: 's3', region: 'eu-west-1' })),
        fc.constant(undefined),
      ),
    })
    .map(({ lastUsed, ...key }) => ({ id, ...key, ...(lastUsed !== undefined && { lastUsed }) }));

const inOrder = (all: AccessKey[]): AccessKey[] => all.toSorted((x, y) => x.created.getTime() - y.created.getTime());

const keys = fc.tuple(accessKey(OLD), accessKey(NEW), fc.integer({ min: 0, max: 9 })).map(([a, b, kind]): AccessKey[] => {
  if (kind === 0) return [];
  if (kind <= 3) return [a];
  return inOrder(kind === 4 ? [a, { ...b, created: a.created }] : [a, b]);
});

/** Keys that concurrent calls have made beyond the quota, which has happened: up to eight in all. */
const surplus = fc.oneof(
  { weight: 9, arbitrary: fc.constant<AccessKey[]>([]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.integer({ min: 1, max: 6 }),
        fc.tuple(...['C', 'D', 'E', 'F', 'G', 'H'].map((letter) => accessKey(`AKIA${letter.repeat(16)}`))),
      )
      .map(([extra, others]) => others.slice(0, extra)),
  },
);

const told = fc.record({
  on: fc.oneof(
    moment,
    ago.map((ahead) => new Date(NOW.getTime() + ahead)),
  ),
  at: moment,
});
const memory: fc.Arbitrary<Remembered> = fc
  .record({
    told: fc.record({ disable: told, delete: told }, { requiredKeys: [] }),
    issued: fc.option(fc.constant(true as const), { nil: undefined }),
    fetched: fc.option(moment, { nil: undefined }),
    lost: fc.option(moment, { nil: undefined }),
  })
  .map(({ told: given, issued, fetched, lost }) => ({
    told: given,
    ...(issued && { issued }),
    ...(fetched && { fetched }),
    ...(lost && { lost }),
  }));

/** Any user: up to two keys of any age and status, any tags (garbage included), anything in the secret, and interrupted runs if asked. */
export const anyUser = (withIntents = fc.boolean()): fc.Arbitrary<UserFacts> =>
  fc
    .record({
      keys,
      tags: fc.tuple(tagOf(OLD), tagOf(NEW), tagOf(GONE)),
      intents: withIntents.chain((some) => (some ? intents : fc.constant<Record<string, string>[]>([]))),
      forged: fc.subarray([intentTag('aaaa1111'), intentTag('bbbb2222')]),
      current: fc.constantFrom(undefined, OLD, NEW, NEW, NEW, GONE),
      versions: fc.subarray([OLD, NEW, GONE]),
      since: fc.option(moment, { nil: undefined, freq: 2 }),
      rewritten: fc.option(moment, { nil: undefined, freq: 2 }),
      issued: fc.option(fc.subarray([OLD, NEW]), { nil: undefined, freq: 2 }),
      more: surplus,
      remembered: fc.option(fc.record({ [OLD]: memory, [NEW]: memory }, { requiredKeys: [] }), { nil: undefined, freq: 2 }),
      deleted: fc.integer({ min: 0, max: 9 }),
      renamed: fc.oneof(
        { weight: 6, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.record({ from: fc.constant('before'), readable: fc.boolean(), repairable: fc.boolean() }) },
      ),
    })
    .map(({ keys: held, tags, intents: open, forged, current, versions, since, rewritten, issued, more, remembered, deleted, renamed }) =>
      userFacts({
        keys: held.length === 2 ? inOrder([...held, ...more]) : held,
        ...(since && { since }),
        ...(rewritten && current !== NEW && !versions.includes(NEW) && { rewritten: { [NEW]: rewritten } }),
        ...(issued && { issued }),
        ...(remembered && { memory: remembered }),
        ...(deleted === 0 && { deleted: true as const }),
        ...(renamed && { renamed }),
        tags: Object.assign(Object.fromEntries(tags.flat()), ...open) as Record<string, string>,
        ...(current !== undefined && { current }),
        versions,
        forged,
      }),
    );

/** Any policy worth trying. */
export const anyPolicy = fc.constantFrom(...POLICIES);
