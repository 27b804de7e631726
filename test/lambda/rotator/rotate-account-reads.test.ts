import { createHash } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { ACTIONS, isAction } from '../../../lambda/shared/actions';
import type { AccountResult } from '../../../lambda/runs/schemas';
import { accessDenied, awsError, noSuchEntity, timeout } from '../../helpers/aws';
import { accessKey, ACCOUNT, daysAgo, inDays, intent, NOW, remembered } from '../../helpers/facts';
import { intercept, type Asked } from '../../helpers/intercept';
import { mockAccount, run } from '../../helpers/mock-account';
import { POLICY } from '../../helpers/variables';

/** The account is swept on the days whose number modulo 7 is its own. */
const isSweepDay = (now: Date): boolean => Math.floor(now.getTime() / 86_400_000) % 7 === Number(ACCOUNT) % 7;
/** A run of the first of these days reads every user; a run of the second takes them from the credential report. */
const [SWEEP_DAY, REPORT_DAY] = [true, false].map((sweep) =>
  Array.from({ length: 7 }, (_, day) => inDays(day)).find((now) => isSweepDay(now) === sweep)!,
) as [Date, Date];

const [CURRENT, LOST] = ['SUCCESSOR', 'LOST'];
const idOf = (user: string, which = 'KEY'): string => `AKIA${user.toUpperCase()}${which}`.padEnd(20, '0');

/** One user in every situation in which reading leads to a change, and exempt ones; `now` is the moment of the run. */
function situations(now: Date) {
  const key = (user: string, ageDays: number, more: object = {}) =>
    accessKey({
      id: idOf(user),
      created: daysAgo(ageDays, now),
      lastUsed: { at: daysAgo(1, now), service: 's3', region: 'eu-west-1' },
      ...more,
    });
  const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);
  return {
    due: { keys: [key('due', 95)] },
    again: { keys: [key('again', 95)], current: idOf('again') },
    over: { keys: [key('over', 110), key('over', 15, { id: idOf('over', CURRENT) })], current: idOf('over', CURRENT) },
    gone: { keys: [key('gone', 400, { status: 'Inactive' })], tags: remembered(idOf('gone'), { inactive: daysAgo(20, now) }) },
    off: { keys: [key('off', 50, { status: 'Inactive' })] },
    back: { keys: [key('back', 85)], tags: remembered(idOf('back'), { inactive: daysAgo(5, now) }) },
    full: { keys: [key('full', 300), key('full', 50, { id: idOf('full', CURRENT) })] },
    lost: {
      keys: [key('lost', 95), key('lost', 0, { id: idOf('lost', LOST), created: ago(20), lastUsed: 'never' })],
      tags: intent(20, [idOf('lost')], 'aaaa1111', now),
      current: idOf('lost'),
    },
    open: { keys: [key('open', 95)], tags: intent(20, [idOf('open')], 'bbbb2222', now) },
    nobody: {
      keys: [key('nobody', 95), key('nobody', 4, { id: idOf('nobody', CURRENT), lastUsed: 'never' })],
      tags: remembered(idOf('nobody', CURRENT), { issued: daysAgo(4, now) }),
    },
    held: { keys: [key('held', 31)], current: idOf('held'), fetched: daysAgo(15, now) },
    exempt: { keys: [key('exempt', 400)] },
    lapsed: { keys: [key('lapsed', 95)], tags: { 'key-rotation:exempt-until': '2026-11-01' } },
  };
}
const EXEMPT = ['exempt', 'lapsed'];
const USERS = Object.keys(situations(NOW));
const variables = { POLICY: JSON.stringify({ ...POLICY, deleteSecretAfter: '10d' }) };

const READS = /^(Get|List|Describe|GenerateCredentialReport$)/;
/** The user whom a call is about; undefined for calls about the whole account. */
function userOf({ input }: Asked): string | undefined {
  const { UserName, AccessKeyId, SecretId, Name } = input as Record<string, string | undefined>;
  if (UserName !== undefined) return UserName;
  const named = AccessKeyId ?? SecretId ?? Name;
  return USERS.find((user) => named?.includes(`_User_${user}_`) || named?.startsWith(`AKIA${user.toUpperCase()}`));
}

/** One read of a run: the nth call of its operation about its user. */
interface Read {
  operation: string;
  user: string | undefined;
  nth: number;
}

interface Change {
  user: string | undefined;
  operation: string;
}

interface Seen {
  result: AccountResult;
  reads: Read[];
  changes: Change[];
  /** Those after the read that failed. */
  later: Change[];
  logged: string;
}

interface Asking {
  now: Date;
  force?: string;
  /** Who is in the account; everybody when absent. */
  users?: readonly string[];
}

async function runWith({ now, force, users = USERS }: Asking, failing?: { read: Read; answer: () => object }): Promise<Seen> {
  jest.restoreAllMocks();
  mockAccount(Object.fromEntries(Object.entries(situations(now)).filter(([user]) => users.includes(user))), EXEMPT);
  const logger = new Logger({ serviceName: 'test', logLevel: 'SILENT' });
  const logs = [jest.spyOn(logger, 'info'), jest.spyOn(logger, 'warn')];
  const [reads, changes, later]: [Read[], Change[], Change[]] = [[], [], []];
  const failed: Read[] = [];
  intercept((asked) => {
    const { operation } = asked;
    const user = userOf(asked);
    if (operation === 'SendEmail') return undefined;
    if (!READS.test(operation)) {
      changes.push({ user, operation });
      if (failed.length > 0) later.push({ user, operation });
      return undefined;
    }
    const nth = reads.filter((read) => read.operation === operation && read.user === user).length + 1;
    const asking = { operation, user, nth };
    reads.push(asking);
    if (!failing || JSON.stringify(asking) !== JSON.stringify(failing.read)) return undefined;
    failed.push(asking);
    return failing.answer();
  });
  const services = { clock: () => now, logger };
  const endsAt = new Date(now.getTime() + 15 * 60_000);
  const { result } = await run({ variables, services, endsAt, ...(force !== undefined && { event: { ForceRotate: force } }) });
  if (failing && failed.length === 0) throw new Error(`the run does not make this read: ${JSON.stringify(failing.read)}`);
  return { result, reads, changes, later, logged: JSON.stringify(logs.map((spy) => spy.mock.calls)) };
}

/** The operations that list, by the member that holds the list. */
const LISTS: Readonly<Record<string, string>> = {
  GetGroup: 'Users',
  ListUsers: 'Users',
  ListAccessKeys: 'AccessKeyMetadata',
  ListUserTags: 'Tags',
  ListGroupsForUser: 'Groups',
};

type Kind = 'denied' | 'throttled beyond all retries' | 'failing with a 500' | 'not answered' | 'said not to exist' | 'empty' | 'cut off';

/** What comes once in place of an answer, and the error that it is told as; the next call is answered as always. */
const KINDS: Record<Kind, { error: RegExp; answer: (read: Read) => object }> = {
  denied: { error: /AccessDenied/, answer: () => raise(accessDenied()) },
  'throttled beyond all retries': { error: /Throttling/, answer: () => raise(awsError('Throttling', 400)) },
  'failing with a 500': { error: /ServiceFailure/, answer: () => raise(awsError('ServiceFailure', 500)) },
  'not answered': { error: /TimeoutError/, answer: () => raise(timeout()) },
  'said not to exist': { error: /NoSuchEntity|no user|deleted just now|knows no such user/, answer: () => raise(noSuchEntity()) },
  empty: {
    error: /IAM answered|IAM did not say|IAM described|Secrets Manager (described|listed|answered)/,
    answer: () => ({}),
  },
  'cut off': {
    error: /IAM cut its answer/,
    answer: ({ operation }) => ({ [LISTS[operation] ?? '']: [], IsTruncated: true }),
  },
};

/** Nothing tells these apart: each is tried of one read in three, by seed; with SAFETY=whole in the environment of all. */
const ALIKE: readonly Kind[] = ['throttled beyond all retries', 'failing with a 500', 'not answered'];
const isTried = (run: string, kind: Kind, read: Read): boolean =>
  process.env['SAFETY'] === 'whole' ||
  !ALIKE.includes(kind) ||
  createHash('sha1')
    .update(JSON.stringify([run, kind, read]))
    .digest()
    .readUInt32BE() %
    3 ===
    0;

function raise(error: Error): never {
  throw error;
}

/**
 * What a read that failed once comes to. `fails`: its user, or the account, is left alone, and that is said; `gone`: IAM said that there is
 * no such user, who is left alone, which the log says; `left alone`: a member of the exemption group, whose result says so; `made up for`: another read takes its place, and everything is done as always.
 */
type Comes = 'fails' | 'gone' | 'left alone' | 'made up for';

/** Undefined where the answer is no failure: that there is no group, no secret and no policy means just that. */
function comesTo({ operation, user, nth }: Read, kind: Kind, { now, force }: Asking): Comes | undefined {
  if (kind === 'cut off' && !(operation in LISTS)) return undefined;
  if (kind === 'said not to exist' && (operation === 'GetGroup' || operation === 'DescribeSecret')) return undefined;
  if (kind === 'empty' && operation === 'GetResourcePolicy') return undefined;
  if (/CredentialReport$/.test(operation)) return 'made up for';
  const sweeps = now === SWEEP_DAY && force === undefined;
  const choosing = sweeps && operation === 'ListAccessKeys' && nth === 1;
  if (choosing) return 'made up for';
  if (kind !== 'said not to exist') return 'fails';
  if (operation === 'ListUserTags' && nth === 1 && force === undefined && EXEMPT.includes(user ?? '')) return 'left alone';
  // Whether the user is exempt is asked when they were seen just before.
  if (force !== undefined || user === undefined || !(operation in LISTS) || operation === 'ListGroupsForUser') return 'fails';
  // A user from whom the run has removed a lost key, or whose secret it deletes, was there a moment ago.
  const known = nth > (operation === 'ListAccessKeys' && sweeps ? 2 : 1) && (user === 'lost' || user === 'held');
  return known ? 'fails' : 'gone';
}

/** What is wrong with how a run that could not make a read went on. */
function problemsOf(read: Read, comes: Comes, error: RegExp, calm: Seen, seen: Seen & { users: readonly string[] }): string[] {
  const { result, changes, later, logged, users } = seen;
  const { failures } = result;
  const of = (user: string, all: readonly Change[]): string =>
    all.flatMap((change) => (change.user === user ? [change.operation] : [])).join();
  // Whose secrets have lost their users is nobody's rotation.
  const isUnread = (user: string): boolean =>
    comes !== 'made up for' && read.operation !== 'ListSecrets' && (read.user === user || read.user === undefined);
  const [failure] = failures;
  const told = `${failure?.error ?? ''}: ${failure?.message ?? ''}`;
  return [
    ...users.filter((user) => isUnread(user) && of(user, later) !== '').map((user) => `${user} was changed`),
    ...users.filter((user) => !isUnread(user) && of(user, changes) !== of(user, calm.changes)).map((user) => `${user} was neglected`),
    ...(failures.length === (comes === 'fails' ? 1 : 0) ? [] : [`there are ${failures.length} failures`]),
    ...(comes !== 'gone' || logged.includes(`"user":"${read.user ?? ''}"`) ? [] : ['the log does not say so']),
    ...(comes !== 'fails' || error.test(told) ? [] : [`the failure is told as ${told}`]),
    ...(comes !== 'fails' || read.user === undefined || failure?.user === read.user ? [] : ['the failure does not name the user']),
    ...(comes !== 'fails' || result.status !== 'succeeded' ? [] : ['it counts as success']),
  ];
}

const RUNS: (Asking & { title: string })[] = [
  { title: 'a run by credential report', now: REPORT_DAY },
  { title: 'a run that reads every user', now: SWEEP_DAY },
  ...['due', 'again', 'over', 'lost', 'exempt', 'lapsed'].map((force) => ({ title: `forcing "${force}"`, now: REPORT_DAY, force })),
];

afterEach(() => {
  jest.restoreAllMocks();
});

/** Actions of situations that no mocked account is in: replicas, deletions, renamed users, tags taken off, keys remembered as issued. */
const ELSEWHERE = ['restore-secret', 'wait-for-replica', 'note-issued', 'note-lost', 'follow-rename', 'delete-orphaned-secret'];

it('the situations lead to every change, and to none for who is exempt', async () => {
  const { result, changes } = await runWith({ now: REPORT_DAY });
  expect(result).toMatchObject({ failures: [], status: 'succeeded', coverage: 'report' });
  expect(changes.filter(({ user }) => user === 'exempt')).toEqual([]);
  const actions = new Set(result.users.flatMap((user) => user.actions.map(({ action }) => action)));
  for (const action of Object.keys(ACTIONS).filter(isAction))
    if (ACTIONS[action].mutates && !ELSEWHERE.includes(action)) expect(actions).toContain(action);
});

describe.each(RUNS)('$title: a read that fails once leaves its user as they were, and is told', (asking) => {
  let calm: Seen;
  beforeAll(async () => {
    calm = await runWith(asking);
  });

  it.each(Object.keys(KINDS) as Kind[])('%s', async (kind) => {
    const { error, answer } = KINDS[kind];
    const wrong: string[] = [];
    for (const read of calm.reads) {
      const comes = comesTo(read, kind, asking);
      if (comes === undefined || !isTried(asking.title, kind, read)) continue;
      // One bystander stands for everybody who must be worked on as always.
      const users = read.user === undefined ? USERS : [read.user, read.user === 'due' ? 'again' : 'due'];
      const seen = await runWith({ ...asking, users }, { read, answer: () => answer(read) });
      const problems = problemsOf(read, comes, error, calm, { ...seen, users });
      wrong.push(...problems.map((problem) => `${read.operation} ${read.nth} of ${read.user ?? 'the account'}: ${problem}`));
    }
    expect(wrong).toEqual([]);
  });
});
