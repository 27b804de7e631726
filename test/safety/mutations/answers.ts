import { RULES, type Mutation } from './mutation';

const STORE = 'lambda/core/store/secret-store.ts';
const READ = 'lambda/core/read/read-user.ts';
const EVERY = 'lambda/rotator/rotate-every-user.ts';
const TELL = 'lambda/rotator/tell-people.ts';
const DEADLINE = 'lambda/shared/deadline.ts';
const ADDRESS = 'lambda/shared/address.ts';
const FROM_ORGANIZATION = 'lambda/orchestrator/select-from-organization.ts';
const store = ['test/lambda/core/store/secret-store'];
const keys = ['test/lambda/core/read/read-user'];
const deadline = ['test/lambda/shared/deadline'];
const inTime = ['test/lambda/rotator/rotate-account-time', 'test/safety/field/answers'];
const address = ['test/lambda/shared/address'];
const accounts = ['test/lambda/orchestrator/select-from-organization'];

/** Bugs in what is made of an answer that is old, odd or late, and in whom a run reaches. */
export const ANSWERING: readonly Mutation[] = [
  {
    bug: 'a secret that exists and is not shown yet is taken for a new one',
    rule: RULES.active,
    file: STORE,
    find: '      if (!existing)\n        throw',
    replace: '      if (!existing) return { arn: Name };\n      if (!existing)\n        throw',
    tests: store,
  },
  {
    bug: 'a secret that was made meanwhile is closed, whatever it holds',
    rule: RULES.active,
    file: STORE,
    find: 'return { existing, arn: existing.ARN };',
    replace: 'return { arn: existing.ARN };',
    tests: store,
  },
  {
    bug: 'an expired key counts as active',
    rule: RULES.active,
    file: READ,
    find: "status: expired ? 'Inactive' : Status",
    replace: "status: expired ? 'Active' : Status",
    tests: keys,
  },
  {
    bug: 'an expired key is not called so',
    rule: RULES.honest,
    file: READ,
    find: ', created: CreateDate, ...(expired && { expired }) }',
    replace: ', created: CreateDate }',
    tests: keys,
  },
  {
    bug: 'a key of a status that is not known is acted on',
    rule: RULES.delete,
    file: READ,
    find: 'if (!isStatus(Status)) {',
    replace: "if (Status === ('' as never)) {",
    tests: keys,
  },
  {
    bug: 'time: a call is begun after its deadline',
    rule: RULES.honest,
    file: DEADLINE,
    find: 'if (this.isOver()) throw new',
    replace: 'if (this.isOver() && !next) throw new',
    tests: deadline,
  },
  {
    bug: 'time: the SDK waits for tries that there is no time for',
    rule: RULES.honest,
    file: DEADLINE,
    find: 'if (!this.isOver()) throw cause;',
    replace: 'if (cause) throw cause;',
    tests: deadline,
  },
  {
    bug: 'time: users are begun until the end of the invocation',
    rule: RULES.honest,
    file: EVERY,
    find: 'if (clock() >= stopsWorkingAt(invocation)) {',
    replace: 'if (clock() >= invocation.endsAt) {',
    tests: ['test/lambda/rotator/rotate-account', 'test/lambda/rotator/rotate-account-clock'],
  },
  {
    bug: 'time: a sweep takes all there is',
    rule: RULES.honest,
    file: EVERY,
    find: 'mayGoOn: () => clock() < sweepUntil,',
    replace: 'mayGoOn: () => clock() > new Date(0),',
    tests: inTime,
  },
  {
    bug: 'time: a slow user of a sweep takes the time of all others',
    rule: RULES.honest,
    file: EVERY,
    find: '        deadline.moveTo(sweepUntil);\n',
    replace: '',
    tests: ['test/safety/field/answers'],
  },
  {
    bug: 'time: mails are sent as long as SES takes them',
    rule: RULES.honest,
    file: TELL,
    find: 'services.clock().getTime() + wait < stopsMailing.getTime(),',
    replace: 'wait < stopsMailing.getTime(),',
    tests: inTime,
  },
  {
    bug: 'time: a slow user is worked on until the end of the invocation',
    rule: RULES.honest,
    file: 'lambda/rotator/account.ts',
    find: 'const worksUntil = stopsCallingAt(invocation);',
    replace: 'const worksUntil = invocation.endsAt;',
    tests: inTime,
  },
  {
    bug: 'time: events are published until there is none for the result',
    rule: RULES.honest,
    file: 'lambda/rotator/index.ts',
    find: '  new Deadline(services.clock, stopsPublishingAt(invocation)).watch(events);\n',
    replace: '',
    tests: ['test/safety/field/answers'],
  },
  {
    bug: 'limits: what was put off keeps its place',
    rule: RULES.scope,
    file: 'lambda/core/rotate-user.ts',
    find: "if (outcome === 'deferred') work.budget.giveBack(decision.action);",
    replace: '',
    tests: ['test/lambda/core/rotate-user'],
  },
  {
    bug: 'limits: a place that is given back is gone',
    rule: RULES.scope,
    file: 'lambda/core/budget.ts',
    find: 'if (remaining !== undefined) left[action] = remaining + 1;',
    replace: 'if (remaining !== undefined) left[action] = remaining;',
    tests: ['test/lambda/core/budget'],
  },
  {
    bug: 'tags: a new secret has ours alone',
    rule: RULES.scope,
    file: STORE,
    find: 'const Tags = [OURS, ...this.tags()];',
    replace: 'const Tags = [OURS];',
    tests: ['test/lambda/core/store', 'test/safety/field/scope'],
  },
  {
    bug: 'tags: a secret keeps those that it was made with',
    rule: RULES.scope,
    file: STORE,
    find: '    if (existing) await this.tag(existing, name);\n',
    replace: '',
    tests: ['test/safety/field/scope'],
  },
  {
    bug: 'tags: settings leave a secret no room for ours',
    rule: RULES.scope,
    file: 'lib/settings/values.ts',
    find: 'const MAX_TAGS = 49;',
    replace: 'const MAX_TAGS = 50;',
    tests: ['test/lib/settings/values'],
  },
  {
    bug: 'addresses: a name in quotes is none',
    rule: RULES.promise,
    file: ADDRESS,
    find: '(LOCAL.test(local) || QUOTED_LOCAL.test(local))',
    replace: 'LOCAL.test(local)',
    tests: address,
  },
  {
    bug: 'addresses: an international domain is none',
    rule: RULES.promise,
    file: ADDRESS,
    find: '.test(given) ? domainToASCII(given) : given;',
    replace: ".test(given) ? domainToASCII('') : given;",
    tests: address,
  },
  {
    bug: 'addresses: of several owners the first one is told',
    rule: RULES.promise,
    file: ADDRESS,
    find: "text.split(/[\\s,;:]+/).filter((member) => member !== '');",
    replace: "text.split(/[\\s,;:]+/).filter((member) => member !== '').slice(0, 1);",
    tests: address,
  },
  {
    bug: 'accounts: one without an address fails',
    rule: RULES.scope,
    file: 'lambda/shared/events.ts',
    find: '/^[^]{0,320}$/',
    replace: '/^[^]{3,320}$/',
    tests: ['test/lambda/shared/events', 'test/safety/field/scope'],
  },
  {
    bug: 'accounts: one with an empty name fails',
    rule: RULES.scope,
    file: FROM_ORGANIZATION,
    find: "name: name === '' ? id : name,",
    replace: 'name,',
    tests: accounts,
  },
  {
    bug: 'a secret that holds the note of the write check alone is open',
    rule: RULES.secrecy,
    file: STORE,
    find: '(current === undefined || current === CHECK.version);',
    replace: 'current === undefined;',
    tests: [...store, 'test/safety/field/answers'],
  },
  {
    bug: 'a closed secret lets everybody read',
    rule: RULES.secrecy,
    file: 'lambda/core/store/secret-policy.ts',
    find: "Sid: 'NobodyReadsYet', Effect: 'Deny'",
    replace: "Sid: 'NobodyReadsYet', Effect: 'Allow'",
    tests: ['test/lambda/core/store/secret-policy', 'test/safety/field/answers'],
  },
];
