import { RULES, type Mutation } from './mutation';

const rule = RULES.proof;
const APPEND = 'lambda/reporter/append-evidence.ts';
const STORE = 'lambda/chain/chain-store.ts';
const REQUESTS = 'lambda/shared/requests.ts';
const CHAIN = 'cli/evidence/check-chain.ts';
const ACTIONS = 'cli/evidence/check-actions.ts';
const appending = ['test/lambda/reporter/append-evidence'];
const verifying = ['test/cli/evidence/check-chain'];

/** Bugs in the evidence chain and in what verifies it. */
export const CHAINING: readonly Mutation[] = [
  {
    bug: 'an entry of the evidence may replace another',
    rule,
    file: STORE,
    find: ", IfNoneMatch: '*' }",
    replace: ' }',
    tests: ['test/lambda/chain/chain-store', ...appending],
  },
  {
    bug: 'two invocations fork the evidence chain',
    rule,
    file: APPEND,
    find: 'if (!(await chain.append(entry.number, stored))) return { isTaken: true, unread };',
    replace: 'await chain.append(entry.number, stored);',
    tests: appending,
  },
  {
    bug: 'answers that come late are in no evidence',
    rule,
    file: APPEND,
    find: "return fresh.length === 0 ? undefined : { kind: 'late', runId, fresh };",
    replace: "return fresh.length >= 0 ? undefined : { kind: 'late', runId, fresh };",
    tests: appending,
  },
  {
    bug: 'a result that took the place of another is in no evidence',
    rule,
    file: APPEND,
    find: 'const tagOf = ({ account, etag }: Answer): string => `${account} ${etag}`;',
    replace: "const tagOf = ({ account, etag }: Answer): string => `${account} ${etag === '' ? '' : '-'}`;",
    tests: appending,
  },
  {
    bug: 'accounts rotated by hand are in no evidence',
    rule,
    file: APPEND,
    find: '...(await store.manualRunIdsSince(since)), ',
    replace: '',
    tests: appending,
  },
  {
    bug: 'evidence that cannot be signed is written unsigned',
    rule,
    file: APPEND,
    find: 'await sign?.(line)',
    replace: 'await sign?.(line).catch(() => undefined)',
    tests: appending,
  },
  {
    bug: 'an answer that could not be read is no error',
    rule: RULES.honest,
    file: APPEND,
    find: 'if (!isTaken && unread.length === 0) return;',
    replace: 'if (!isTaken) return;',
    tests: appending,
  },
  {
    bug: 'no evidence is written when no mail goes out',
    rule,
    file: 'lambda/reporter/report.ts',
    find: '  const proven = await settled(async () =>',
    replace: "  if (reported.status === 'rejected') throw reported.reason;\n  const proven = await settled(async () =>",
    tests: ['test/lambda/reporter/report.test.ts'],
  },
  {
    bug: 'an attempt that AWS refused is not noted',
    rule,
    file: REQUESTS,
    find: 'requests.push({ call, ...idOf(error), at, error: error instanceof Error ? error.name : String(error) });',
    replace: '',
    tests: ['test/lambda/shared/requests'],
  },
  {
    bug: 'an entry that does not follow from the one before passes',
    rule,
    file: CHAIN,
    find: 'verdict.wrong.push(...gaps(seen), ...changed(seen));',
    replace: 'verdict.wrong.push(...gaps(seen));',
    tests: verifying,
  },
  {
    bug: 'a run that was taken away is not missed',
    rule,
    file: CHAIN,
    find: 'verdict.wrong.push(...gaps(seen), ...changed(seen));',
    replace: 'verdict.wrong.push(...changed(seen));',
    tests: verifying,
  },
  {
    bug: 'a forged signature passes',
    rule,
    file: CHAIN,
    find: 'if (isGenuine === false)',
    replace: 'if (isGenuine === undefined)',
    tests: verifying,
  },
  {
    bug: 'the name of another key on the newest entry passes',
    rule,
    file: CHAIN,
    find: 'isGenuine === true && signer !== last.signer',
    replace: 'isGenuine === undefined && signer !== last.signer',
    tests: verifying,
  },
  {
    bug: 'a changed action passes',
    rule,
    file: ACTIONS,
    find: 'else if (found.recordsSha256 !== expected.recordsSha256)',
    replace: 'else if (found.recordsSha256 === undefined)',
    tests: ['test/cli/evidence/check-actions'],
  },
  {
    bug: 'an unfinished pack of evidence lies under its name',
    rule,
    file: 'cli/evidence/make-and-show.ts',
    find: 'const unfinished = `${out}.unfinished-${process.pid}`;',
    replace: 'const unfinished = out;',
    tests: ['test/cli/evidence/make-and-show'],
  },
];
