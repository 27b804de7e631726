import { RULES, type Mutation } from './mutation';

const ACTIVE = 'lambda/core/plan/plan-active.ts';
const PLAN_SECRET = 'lambda/core/plan/plan-secret.ts';
const APPLY = 'lambda/core/act/apply.ts';
const STORE = 'lambda/core/store/secret-store.ts';
const deleting = ['test/lambda/core/plan/plan-secret', 'test/lambda/core/act/apply.test', 'test/lambda/core/store/unneeded-secrets'];
const replicating = ['test/lambda/core/store/replicas', 'test/lambda/core/plan/plan-options'];

/** Bugs in the deletion of secrets, and in their replicas. */
export const KEEPING: readonly Mutation[] = [
  {
    bug: 'the secret of a key that nobody uses is deleted',
    rule: RULES.lost,
    file: PLAN_SECRET,
    find: "const inUse = key.lastUsed !== undefined && key.lastUsed !== 'never' && key.lastUsed.at > key.created;",
    replace: 'const inUse = key.lastUsed !== undefined;',
    tests: deleting,
  },
  {
    bug: 'a secret that is still fetched is deleted',
    rule: RULES.active,
    file: PLAN_SECRET,
    find: ' || !isOver(deleteSecretAfter, fetched, now)',
    replace: '',
    tests: deleting,
  },
  {
    bug: 'a secret that holds another key is deleted',
    rule: RULES.lost,
    file: PLAN_SECRET,
    find: ' || current !== key.id',
    replace: '',
    tests: deleting,
  },
  {
    bug: 'a secret is deleted after a week',
    rule: RULES.lost,
    file: PLAN_SECRET,
    find: 'RECOVERY_DAYS = 30',
    replace: 'RECOVERY_DAYS = 7',
    tests: deleting,
  },
  {
    bug: 'a key that was stored while its secret was deleted stays there',
    rule: RULES.lost,
    file: APPLY,
    find: 'if (keys.every(({ id }) => id === keyId)) return',
    replace: 'if (keys.length > 0) return',
    tests: [...deleting, 'test/safety/at-least-once.test'],
  },
  {
    bug: 'a secret that is being deleted is not restored for the key that it may hold',
    rule: RULES.active,
    file: PLAN_SECRET,
    find: 'if (!stored.deleted || !predecessor || !key || !deleteSecretAfter) return [];',
    replace: 'if (!stored.deleted || !predecessor || key || !deleteSecretAfter) return [];',
    tests: deleting,
  },
  {
    bug: 'the grace goes on while the secret of the new key is being deleted',
    rule: RULES.grace,
    file: APPLY,
    find: '      await beginGraceAnew(services, user, decision.predecessor);\n      await services.store.restore',
    replace: '      await services.store.restore',
    tests: deleting,
  },
  {
    bug: 'a key is issued while its secret is being deleted',
    rule: RULES.lost,
    file: STORE,
    find: '    if (existing?.DeletedDate) await this.restore(user.name);\n',
    replace: '',
    tests: deleting,
  },
  {
    bug: 'a key is issued while a replica of its secret does not follow',
    rule: RULES.active,
    file: STORE,
    find: '    await this.replicate(name, existing?.ReplicationStatus);\n',
    replace: '',
    tests: replicating,
  },
  {
    bug: 'a key is disabled while a replica shows it as the current one',
    rule: RULES.active,
    file: ACTIVE,
    find: '  if (behind) {',
    replace: "  if (behind?.includes('')) {",
    tests: replicating,
  },
  {
    bug: 'the grace goes on while a replica does not show the new key',
    rule: RULES.grace,
    file: ACTIVE,
    find: 'latest(latest(latest(successor.created, since), state.reenabled), state.behind)',
    replace: 'latest(latest(successor.created, since), state.reenabled)',
    tests: replicating,
  },
];
