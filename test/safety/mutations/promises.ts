import { RULES, type Mutation } from './mutation';

const SETTINGS = 'lib/settings/consistency.ts';
const NOTICES = 'lambda/rotator/record-notices.ts';
const WARNINGS = 'lambda/core/plan/warnings.ts';
const ACTIVE = 'lambda/core/plan/plan-active.ts';
const CANDIDATES = 'lambda/core/read/candidates.ts';
const EXEMPTION = 'lambda/core/plan/exemption.ts';
const notices = ['test/lambda/rotator/record-notices'];
const options = ['test/lambda/core/plan/plan-options'];
const candidates = ['test/lambda/core/read/candidates'];
const exemption = ['test/lambda/core/plan/exemption'];
const settings = ['test/lib/settings/consistency', 'test/lib/settings/read.test'];

/** Bugs in what people are promised: dates, warnings, settings that can work, and who is told (cases F14 to F22). */
export const PROMISING: readonly Mutation[] = [
  {
    bug: 'promise: that nobody could be told is a failure of notices alone',
    rule: RULES.honest,
    file: NOTICES,
    find: '      if (untold) result.failures.push(untold);\n',
    replace: "      if (untold && action.action === 'notify') result.failures.push(untold);\n",
    tests: notices,
  },
  {
    bug: 'promise: no alarm counts the keys that nobody was told of',
    rule: RULES.honest,
    file: 'lambda/rotator/log-result.ts',
    find: "addMetric('KeysUntold', MetricUnit.Count, result.failures.filter(({ error }) => error === NOBODY_TOLD_ERROR).length)",
    replace: "addMetric('KeysUntold', MetricUnit.Count, 0)",
    tests: ['test/lambda/rotator/log-result'],
  },
  {
    bug: 'promise: warnings are given on their very day alone',
    rule: RULES.promise,
    file: WARNINGS,
    find: 'return left >= days && left - next < days;',
    replace: 'return left === days && next > 0;',
    tests: ['test/lambda/core/plan/warnings'],
  },
  {
    bug: 'promise: a key is held unannounced when its date falls on a day without a run',
    rule: RULES.promise,
    file: ACTIVE,
    find: 'const isKnown = told?.getTime() === until.getTime();',
    replace: 'const isKnown = told !== undefined || until.getTime() > 0;',
    tests: options,
  },
  {
    bug: 'promise: a hold that people were told of ends with the setting',
    rule: RULES.promise,
    file: ACTIVE,
    find: "const until = policy.whileInUse === 'hold' ? latest(endOf(policy.maxHold, from), told) : told;",
    replace: "const until = policy.whileInUse === 'hold' ? latest(endOf(policy.maxHold, from), told) : undefined;",
    tests: options,
  },
  {
    bug: 'promise: a hold that people were told of becomes shorter with the setting',
    rule: RULES.promise,
    file: ACTIVE,
    find: 'latest(endOf(policy.maxHold, from), told) : told;',
    replace: 'endOf(policy.maxHold, from) : told;',
    tests: options,
  },
  {
    bug: 'promise: an old key may take its user’s second place for as long as it likes',
    rule: RULES.scope,
    file: SETTINGS,
    find: "if ((timeBetween(periods, 'rotate', 'delete') ?? 0) > rotate) {",
    replace: "if ((timeBetween(periods, 'rotate', 'delete') ?? 0) > 9 * rotate) {",
    tests: settings,
  },
  {
    bug: 'promise: a held key may take its user’s second place for as long as it likes',
    rule: RULES.scope,
    file: SETTINGS,
    find: "(timeBetween(periods, 'disable', 'delete') ?? 0) <= rotate) return [];",
    replace: "(timeBetween(periods, 'disable', 'delete') ?? 0) <= 9 * rotate) return [];",
    tests: settings,
  },
  {
    bug: 'promise: a schedule may be rarer than steps are apart',
    rule: RULES.scope,
    file: SETTINGS,
    find: 'if (pause <= shortest.time) return [];',
    replace: 'if (pause <= 9 * shortest.time) return [];',
    tests: settings,
  },
  {
    bug: 'promise: an inactive key is noted anew for ever where runs are rare',
    rule: RULES.delete,
    file: 'lambda/core/plan/plan-inactive.ts',
    find: 'policy.nextRun ? 2 * daysBetween(now, policy.nextRun) : 0',
    replace: 'policy.nextRun ? 0 * daysBetween(now, policy.nextRun) : 0',
    tests: ['test/lambda/core/plan/plan-inactive'],
  },
  {
    bug: 'promise: the owner tag is found in one letter case only',
    rule: RULES.promise,
    file: 'lambda/core/plan/key-state.ts',
    find: '.find(([name]) => name.toLowerCase() === wanted)?.[1]',
    replace: '.find(([name]) => name === wanted)?.[1]',
    tests: ['test/lambda/core/plan/key-state', 'test/lambda/core/rotate-user', 'test/safety/field/promises'],
  },
  {
    bug: 'promise: of several owners one is told',
    rule: RULES.promise,
    file: 'lambda/mail/digest.ts',
    find: "owners: addressList(user.owner ?? '')",
    replace: "owners: addressList(user.owner ?? '').slice(0, 1)",
    tests: ['test/lambda/mail/digest', 'test/safety/field/promises'],
  },
  {
    bug: 'promise: a mark of exemption on a user who is not in the group says nothing',
    rule: RULES.honest,
    file: EXEMPTION,
    find: 'so they are not exempt` };',
    replace: 'so they are not exempt`.slice(0, 0) };',
    tests: exemption,
  },
  {
    bug: 'promise: an exemption without an end says nothing',
    rule: RULES.honest,
    file: EXEMPTION,
    find: 'so the exemption has no end`,',
    replace: 'so`,',
    tests: exemption,
  },
  {
    bug: 'promise: use long ago holds a key',
    rule: RULES.grace,
    file: ACTIVE,
    find: ' || daysBetween(lastUsed.at, now) > IN_USE_DAYS) return undefined;',
    replace: ' || daysBetween(lastUsed.at, now) > 9 * IN_USE_DAYS) return undefined;',
    tests: options,
  },
  {
    bug: 'promise: the hand-over itself holds a key',
    rule: RULES.grace,
    file: ACTIVE,
    find: '  if (handedOver) return undefined;\n',
    replace: '  if (handedOver && user.keys.length === 0) return undefined;\n',
    tests: options,
  },
  {
    bug: 'promise: a user who was renamed is known by the report alone',
    rule: RULES.scope,
    file: CANDIDATES,
    find: '(before.length === 0 ? strangers : mayNeedWork(before, policy, now))',
    replace: '(before.length === 0 ? !strangers && strangers : mayNeedWork(before, policy, now))',
    tests: candidates,
  },
  {
    bug: 'promise: runs of one day a week never list the users',
    rule: RULES.scope,
    file: CANDIDATES,
    find: 'return ahead < Math.max(1, nextRun ? daysBetween(now, nextRun) : 1);',
    replace: 'return ahead < Math.min(1, nextRun ? daysBetween(now, nextRun) : 1);',
    tests: candidates,
  },
];
