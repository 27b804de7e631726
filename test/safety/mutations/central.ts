import { RULES, type Mutation } from './mutation';

const CENTRAL = 'lambda/core/store/central-store.ts';
const STORE = 'lambda/core/store/secret-store.ts';
const storing = ['test/lambda/core/store/central-store', 'test/lambda/core/store/secret-store'];

/** Bugs in how keys are stored in, and found in, the central store. */
export const CENTRALLY: readonly Mutation[] = [
  {
    bug: 'central store: the key is created before its user may read the secret',
    rule: RULES.active,
    file: CENTRAL,
    find: '    await this.attachReaderPolicy(user.name);\n',
    replace: '',
    tests: storing,
  },
  {
    bug: 'central store: a policy that could not be attached counts as attached',
    rule: RULES.active,
    file: CENTRAL,
    find: '      throw cause;\n',
    replace: '',
    tests: storing,
  },
  {
    bug: 'central store: a user whose name has a comma gets a key that they may not read',
    rule: RULES.active,
    file: CENTRAL,
    find: '    refuseComma(user.name);\n',
    replace: '',
    tests: storing,
  },
  {
    bug: 'central store: a secret is made under the account’s own key, which nobody else can use',
    rule: RULES.active,
    file: STORE,
    find: 'const KmsKeyId = this.options.key ?? this.options.memberKey;',
    replace: 'const KmsKeyId = this.options.memberKey;',
    tests: storing,
  },
  {
    bug: 'central store: a secret under a key that others cannot use is written to',
    rule: RULES.active,
    file: STORE,
    find: "|| key.endsWith(secret.KmsKeyId ?? 'none') ||",
    replace: '|| key !== "" ||',
    tests: storing,
  },
  {
    bug: 'central store: the new key is stored in the member account',
    rule: RULES.lost,
    file: CENTRAL,
    find: 'return this.store.put(value, userArn);',
    replace: 'return this.former.put(value, userArn);',
    tests: storing,
  },
  {
    bug: 'central store: keys that were stored in the member account are not found',
    rule: RULES.active,
    file: CENTRAL,
    find: 'Promise.all([this.store.storedKeys(userName, keyIds), this.former.storedKeys(userName, keyIds)] as const)',
    replace: 'Promise.all([this.store.storedKeys(userName, keyIds)] as const)',
    tests: storing,
  },
  {
    bug: 'central store: of two current keys the older one counts',
    rule: RULES.grace,
    file: CENTRAL,
    find: 'keyIds.findLast(',
    replace: 'keyIds.find(',
    tests: storing,
  },
  {
    bug: 'central store: the intent does not say where the key was to be stored',
    rule: RULES.active,
    file: 'lambda/core/act/issue-key.ts',
    find: ', ...(central && { central })',
    replace: '',
    tests: ['test/lambda/core/act/issue-key', 'test/whole-runs/central-store.test'],
  },
  {
    bug: 'central store: a deployment that may not ask it removes a key that may be there',
    rule: RULES.active,
    file: 'lambda/core/plan/plan-orphans.ts',
    find: '  if (!user.stored.central && ',
    replace: '  if (user.stored.central && ',
    tests: ['test/lambda/core/plan/plan-orphans'],
  },
  {
    bug: "central store: a break-glass role is looked for in the user's account",
    rule: RULES.secrecy,
    file: 'lambda/core/store/secret-policy.ts',
    find: 'accountOf(key ?? userArn)',
    replace: 'accountOf(userArn)',
    tests: [...storing, 'test/whole-runs/central-store.test'],
  },
];
