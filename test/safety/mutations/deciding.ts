import { RULES, type Mutation } from './mutation';

const ACTIVE = 'lambda/core/plan/plan-active.ts';
const INACTIVE = 'lambda/core/plan/plan-inactive.ts';
const EVIDENCE = 'lambda/core/plan/evidence.ts';
const plan = ['test/lambda/core/plan/plan'];

/** Bugs in the policy: what is to be done about a key, and when. */
export const DECIDING: readonly Mutation[] = [
  {
    bug: 'an inactive key is deleted when it is first seen',
    rule: RULES.delete,
    file: INACTIVE,
    find: 'const seen = stateOf(view, key).inactive;',
    replace: 'const seen = stateOf(view, key).inactive ?? key.created;',
    tests: plan,
  },
  {
    bug: 'a superseded key is deleted without recovery time',
    rule: RULES.delete,
    file: INACTIVE,
    find: "if (now >= on) return { action: 'delete'",
    replace: "if (now >= on || superseded) return { action: 'delete'",
    tests: plan,
  },
  {
    bug: 'a key that a person disabled is deleted before it is 110 days old',
    rule: RULES.delete,
    file: INACTIVE,
    find: 'return superseded ? recovered : latest(recovered, endOf(policy.deleteAge, key.created));',
    replace: 'return superseded ? recovered : latest(recovered, undefined);',
    tests: plan,
  },
  {
    bug: 'a younger key counts as successor without being in the secret',
    rule: RULES.grace,
    file: EVIDENCE,
    find: 'return other.created >= key.created && isIssuedAndStored(user, other);',
    replace: 'return other.created >= key.created && isTaggedAsIssued(user, other);',
    tests: plan,
  },
  {
    bug: 'a superseded key is disabled without grace',
    rule: RULES.grace,
    file: ACTIVE,
    find: "  if (now < on) return warnOrWait(view, key, 'disable', on, `${told} and",
    replace: "  if (now < from) return warnOrWait(view, key, 'disable', on, `${told} and",
    tests: plan,
  },
  {
    bug: 'a key without successor is disabled without notice',
    rule: RULES.grace,
    file: ACTIVE,
    find: '  const noticed = state.notice && state.noticeBeside === besideOf(view.user, key.id) ? state.notice : undefined;',
    replace: '  const noticed = state.notice && state.noticeBeside === besideOf(view.user, key.id) ? state.notice : key.created;',
    tests: plan,
  },
  {
    bug: 'a notice given beside another key counts',
    rule: RULES.grace,
    file: ACTIVE,
    find: 'state.notice && state.noticeBeside === besideOf(view.user, key.id) ?',
    replace: 'state.notice && besideOf(view.user, key.id) ?',
    tests: plan,
  },
  {
    bug: 'a successor that is no longer in the secret is no obstacle',
    rule: RULES.grace,
    file: ACTIVE,
    find: 'others.find((other) => byAge(key, other) < 0 && user.stored.versions.has(other.id) && isTaggedAsIssued(user, other))',
    replace: 'others.find((other) => byAge(key, other) < 0 && user.stored.versions.has(key.id) && isTaggedAsIssued(user, other))',
    tests: plan,
  },
  {
    bug: 'a key that a person re-enabled is switched off the next morning',
    rule: RULES.grace,
    file: ACTIVE,
    find: 'latest(latest(latest(successor.created, since), state.reenabled), state.behind)',
    replace: 'latest(latest(successor.created, since), state.behind)',
    tests: plan,
  },
  {
    bug: 'never-used keys are retired although nobody chose that',
    rule: RULES.active,
    file: ACTIVE,
    find: "if (policy.unusedKeys === 'retire') {",
    replace: "if (policy.unusedKeys !== 'retire' || key) {",
    tests: plan,
  },
  {
    bug: 'the younger of two keys is retired like the older one',
    rule: RULES.active,
    file: ACTIVE,
    find: '  if (going.id !== key.id) return isDue',
    replace: '  if (!going.id) return isDue',
    tests: plan,
  },
  {
    bug: 'a last use that was not asked counts as never',
    rule: RULES.active,
    file: ACTIVE,
    find: "if (key.lastUsed === undefined) return { action: 'blocked', keyId: key.id, reason: 'whether the key was ever used is not known' };\n    if (key.lastUsed === 'never')",
    replace: "if (key.lastUsed === undefined || key.lastUsed === 'never')",
    tests: plan,
  },
  {
    bug: 'a last use that AWS did not tell counts as never',
    rule: RULES.active,
    file: 'lambda/core/read/read-user.ts',
    find: 'await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId }));',
    replace:
      'await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId })).catch(() => ({ AccessKeyLastUsed: { ServiceName: NOT_USED } as never }));',
    tests: ['test/lambda/core/read/read-user', 'test/safety/peers-outage'],
  },
  {
    bug: 'a tag from the future, or older than its key, is believed',
    rule: RULES.grace,
    file: 'lambda/core/plan/key-state.ts',
    find: 'return at && at >= created && at.getTime() <= now.getTime() + ahead ? at : undefined;',
    replace: 'return at && created && now && ahead >= 0 ? at : undefined;',
    tests: ['test/lambda/core/plan/key-state', 'test/safety/hostile-tags'],
  },
  {
    bug: 'an exemption until something that is no date has lapsed',
    rule: RULES.exempt,
    file: 'lambda/core/plan/exemption.ts',
    find: 'return {\n    exempt,\n    unclear',
    replace: 'return {\n    unclear',
    tests: ['test/lambda/core/plan/exemption', 'test/safety/hostile-tags'],
  },
  {
    bug: 'with two active keys a forced rotation deletes one to make room',
    rule: RULES.delete,
    file: 'lambda/core/plan/plan-forced.ts',
    find: "  if (second) return alreadyRotated({ user, policy, now }, key, second);\n  const [inactive, more] = user.keys.filter((one) => one.status === 'Inactive');",
    replace: "  const [inactive = second, more] = user.keys.filter((one) => one.status === 'Inactive' && alreadyRotated);",
    tests: ['test/lambda/core/plan/plan-forced'],
  },
];
