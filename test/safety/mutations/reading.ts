import { RULES, type Mutation } from './mutation';

const ROTATE = 'lambda/rotator/rotate-account.ts';
const READ_USER = 'lambda/core/read/read-user.ts';
const PAGES = 'lambda/core/read/page-items.ts';
const reads = ['test/lambda/rotator/rotate-account-reads'];
const clock = ['test/lambda/rotator/rotate-account-clock'];

/** Bugs that show only when a read fails once and the next one does not, or when time passes while something is read. */
export const READING: readonly Mutation[] = [
  {
    bug: 'any error while an exempt user’s tags are read makes them like anybody',
    rule: RULES.exempt,
    file: ROTATE,
    find: "if (isNoSuchEntity(error)) return 'gone';",
    replace: "return isNoSuchEntity(error) ? 'gone' : 'lapsed';",
    tests: reads,
  },
  {
    bug: 'an exempt user whom IAM does not know for a moment is like anybody',
    rule: RULES.exempt,
    file: ROTATE,
    find: "if (isNoSuchEntity(error)) return 'gone';",
    replace: "if (isNoSuchEntity(error)) return 'lapsed';",
    tests: reads,
  },
  {
    bug: 'forced: an exempt user whose tags cannot be read is like anybody',
    rule: RULES.exempt,
    file: ROTATE,
    find: '!exemptionLapsed(await readTags(clients.iam, user.name), clock())) {',
    replace: '!(await readTags(clients.iam, user.name).then((tags) => exemptionLapsed(tags, clock()), () => true))) {',
    tests: reads,
  },
  {
    bug: 'an answer without the list that was asked for is an empty list',
    rule: RULES.exempt,
    file: PAGES,
    find: '  if (!items) throw',
    replace: '  if (!items) return [];\n  if (!items) throw',
    tests: reads,
  },
  {
    bug: 'an answer that is cut off without saying where it goes on is a whole one',
    rule: RULES.exempt,
    file: PAGES,
    find: 'if (page.IsTruncated && !page.Marker) throw',
    replace: 'if (page.IsTruncated && page.Marker === "") throw',
    tests: reads,
  },
  {
    bug: 'a secret that was described without its members holds nothing',
    rule: RULES.lost,
    file: 'lambda/core/store/describe-secret.ts',
    find: 'if (secret.ARN === undefined) throw',
    replace: 'if (secret.ARN === "") throw',
    tests: reads,
  },
  {
    bug: 'a last use without members counts as never',
    rule: RULES.active,
    file: READ_USER,
    find: 'if (used?.ServiceName !== NOT_USED) throw',
    replace: 'if (used === null) throw',
    tests: reads,
  },
  {
    bug: 'a user whose tags cannot be read the first time has none',
    rule: RULES.others,
    file: READ_USER,
    find: '  const tags = await readTags(iam, userName);\n',
    replace: '  const tags = await readTags(iam, userName).catch(() => new Map<string, string>());\n',
    tests: reads,
  },
  {
    bug: 'a secret that cannot be asked holds nothing',
    rule: RULES.lost,
    file: READ_USER,
    find: 'keys.length > 1 || interrupted || asksSecret?.(keys) ? storedKeys(store, user.name, keys) : NOTHING_STORED,',
    replace:
      'keys.length > 1 || interrupted || asksSecret?.(keys) ? storedKeys(store, user.name, keys).catch(() => NOTHING_STORED) : NOTHING_STORED,',
    tests: reads,
  },
  {
    bug: 'a user whose keys could not be listed in a sweep is left out in silence',
    rule: RULES.scope,
    file: 'lambda/core/read/candidates.ts',
    find: 'return [{ ...user, oldest: undefined, settled: false }];',
    replace: 'return [];',
    tests: reads,
  },
  {
    bug: 'a user who is gone right after a key of theirs was removed is nobody’s failure',
    rule: RULES.honest,
    file: 'lambda/core/rotate-user.ts',
    find: "failures: [{ user: user.name, step: 'read user', error: 'NoSuchEntity', message }] };",
    replace: 'failures: message === "" ? first.failures : [] };',
    tests: reads,
  },
  {
    bug: 'the moment of the listing is taken after it',
    rule: RULES.once,
    file: READ_USER,
    find: '  const listedAt = clock();\n  const keys = await listKeys(iam, userName);\n',
    replace: '  const keys = await listKeys(iam, userName);\n  const listedAt = clock();\n',
    tests: clock,
  },
  {
    bug: 'which keys are young is told by the moment after the tags were read',
    rule: RULES.others,
    file: READ_USER,
    find: '  const since = clock().getTime() - MAX_INVOCATION_MS;\n  const tags = await readTags(iam, userName);\n',
    replace: '  const tags = await readTags(iam, userName);\n  const since = clock().getTime() - MAX_INVOCATION_MS;\n',
    tests: clock,
  },
  {
    bug: 'what was remembered while the user was read lies in the future',
    rule: RULES.steps,
    file: READ_USER,
    find: 'new Map(keys.map((key) => [key.id, key.created])), clock());',
    replace: 'new Map(keys.map((key) => [key.id, key.created])), listedAt);',
    tests: clock,
  },
  {
    bug: 'a decision is made by the time before the user was read',
    rule: RULES.grace,
    file: ROTATE,
    find: 'decide: (facts) => plan(facts, policy, clock()),',
    replace: 'decide: (facts) => plan(facts, policy, facts.listedAt),',
    tests: clock,
  },
  {
    bug: 'forced: a decision is made by the time before the user was read',
    rule: RULES.grace,
    file: ROTATE,
    find: 'decide: (facts) => planForced(facts, policy, clock()),',
    replace: 'decide: (facts) => planForced(facts, policy, facts.listedAt),',
    tests: clock,
  },
  {
    bug: 'recovery begins before the key was disabled',
    rule: RULES.delete,
    file: 'lambda/core/act/apply.ts',
    find: "    case 'disable':\n      await services.iam.send(new UpdateAccessKeyCommand({ UserName: user.name, AccessKeyId: decision.keyId, Status: 'Inactive' }));\n      await remember(services, user.name, decision.keyId, { ...stateOf(user, decision.keyId), inactive: services.clock() });\n",
    replace:
      "    case 'disable': {\n      const inactive = services.clock();\n      await services.iam.send(new UpdateAccessKeyCommand({ UserName: user.name, AccessKeyId: decision.keyId, Status: 'Inactive' }));\n      await remember(services, user.name, decision.keyId, { ...stateOf(user, decision.keyId), inactive });\n      }\n",
    tests: clock,
  },
  {
    bug: 'an intent is dated before its secret was prepared',
    rule: RULES.lost,
    file: 'lambda/core/act/issue-key.ts',
    find: "  await services.store.prepare(user);\n  const tagKey = intentTag(randomBytes(4).toString('hex'));\n  const at = services.clock();\n",
    replace:
      "  const at = services.clock();\n  await services.store.prepare(user);\n  const tagKey = intentTag(randomBytes(4).toString('hex'));\n",
    tests: clock,
  },
];
