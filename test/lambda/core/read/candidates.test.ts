import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListUsersCommand,
  type AccessKeyMetadata,
} from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { findCandidates, type KnownKeys, type Search } from '../../../../lambda/core/read/candidates';
import { Pace } from '../../../../lambda/shared/pace';
import { accessDenied, awsError, callsOf, namesOf, noSuchEntity } from '../../../helpers/aws';
import { ACCOUNT, daysAgo, inDays, inMinutes, NOW, policy } from '../../../helpers/facts';
import { activeKey, reportBytes, rootRow, userRow, type Row } from '../../../helpers/report';

const iam = mockClient(IAMClient);
const client = new IAMClient({ region: 'us-east-1' });
/** An account of which runs have remembered something, and all the time there is. */
const search = (more: Partial<Search> = {}): Search => ({
  sleep: () => Promise.resolve(),
  pace: new Pace(8),
  memory: { keys: {} },
  mayGoOn: () => true,
  withinSweep: (list) => list(),
  ...more,
});
const knows = (...keys: [user: string, ageDays: number, active?: boolean][]): KnownKeys => ({
  keys: Object.fromEntries(
    keys.map(([user, ageDays, active = true], index) => [
      `AKIA${index}`,
      { user, created: daysAgo(ageDays, reportDay).toISOString(), active },
    ]),
  ),
});
/** The account is swept on the days whose number modulo 7 is its own. */
const sweepDay = Array.from({ length: 7 }, (_, day) => inDays(day)).find(
  (now) => Math.floor(now.getTime() / 86_400_000) % 7 === Number(ACCOUNT) % 7,
)!;
const reportDay = new Date(sweepDay.getTime() + 86_400_000);
const find = (now = reportDay, rules = policy(), more: Partial<Search> = {}) => findCandidates(client, ACCOUNT, rules, now, search(more));
const arn = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`;

const found = (name: string, oldest: Date | undefined, settled = false) => ({ name, arn: arn(name), oldest, settled });

function reported(...rows: Row[]): void {
  iam.on(GenerateCredentialReportCommand).resolves({ State: 'COMPLETE' });
  iam.on(GetCredentialReportCommand).resolves({ Content: reportBytes([rootRow, ...rows]) });
}

const listedUser = (UserName: string) => ({ UserName, Arn: arn(UserName), Path: '/', UserId: 'AIDA', CreateDate: NOW });
function listed(users: Record<string, AccessKeyMetadata[]>): void {
  iam.on(ListUsersCommand).resolves({ Users: Object.keys(users).map(listedUser) });
  for (const [UserName, AccessKeyMetadata] of Object.entries(users))
    iam.on(ListAccessKeysCommand, { UserName }).resolves({ AccessKeyMetadata });
}
const key = (ageDays: number, Status: 'Active' | 'Inactive' = 'Active', now = reportDay): AccessKeyMetadata => ({
  AccessKeyId: 'AKIA',
  Status,
  CreateDate: daysAgo(ageDays, now),
});

beforeEach(() => iam.reset());

describe('by credential report', () => {
  it('finds whom the policy may touch in two calls, oldest key first, and whoever most likely only waits last', async () => {
    reported(
      userRow('due', activeKey(daysAgo(90, reportDay))),
      userRow('fresh', activeKey(daysAgo(5, reportDay))),
      userRow('ancient', activeKey(daysAgo(400, reportDay))),
      userRow('none'),
      userRow('in-grace', { ...activeKey(daysAgo(300, reportDay)), ...activeKey(daysAgo(2, reportDay), 2) }),
    );
    await expect(find(reportDay, policy(), { memory: knows(['fresh', 5]) })).resolves.toEqual({
      coverage: 'report',
      usersSeen: 5,
      candidates: [
        found('ancient', daysAgo(400, reportDay)),
        found('due', daysAgo(90, reportDay)),
        found('in-grace', daysAgo(300, reportDay), true),
      ],
      seen: [],
      left: [],
      report: { users: ['due', 'fresh', 'ancient', 'none', 'in-grace'].map((name) => expect.objectContaining({ name }) as object) },
    });
    expect(namesOf(iam)).toEqual(['GenerateCredentialReport', 'GetCredentialReport']);
  });

  it('looks at a key of unknown age, before all others', async () => {
    reported(userRow('due', activeKey(daysAgo(400, reportDay))), userRow('unknown', { access_key_1_active: 'true' }));
    const { candidates } = await find();
    expect(candidates).toEqual([found('unknown', undefined), found('due', daysAgo(400, reportDay))]);
  });

  it('orders keys of the same age by user name', async () => {
    const row = activeKey(daysAgo(95, reportDay));
    reported(userRow('c', row), userRow('a', row), userRow('b', row));
    expect((await find()).candidates.map((user) => user.name)).toEqual(['a', 'b', 'c']);
  });

  it('looks at nobody in an account without users', async () => {
    reported();
    await expect(find()).resolves.toEqual({ coverage: 'report', usersSeen: 0, candidates: [], seen: [], left: [], report: { users: [] } });
  });
});

describe('by reading every user', () => {
  it('happens, with the reason, when the report cannot be had', async () => {
    listed({ due: [key(90)], fresh: [key(5)] });
    iam.on(GenerateCredentialReportCommand).rejects(accessDenied());
    await expect(find()).resolves.toMatchObject({
      coverage: 'sweep',
      usersSeen: 2,
      left: [],
      candidates: [found('due', daysAgo(90, reportDay))],
      reportError: 'AccessDenied: not authorized',
    });
  });

  it('happens on one day of any seven, and finds inactive keys that the report hides', async () => {
    listed({ hidden: [key(50, 'Inactive')] });
    reported(userRow('hidden'));
    const days = Array.from({ length: 14 }, (_, day) => inDays(day, reportDay));
    const coverages = await Promise.all(days.map(async (now) => (await find(now)).coverage));
    expect(coverages.filter((coverage) => coverage === 'sweep')).toHaveLength(2);
    const { coverage, candidates, reportError } = await find(sweepDay);
    expect([coverage, candidates.map((user) => user.name), reportError]).toEqual(['sweep', ['hidden'], undefined]);
  });

  it.each([
    [1, 1],
    [0, 1],
    [2, 2],
    [3, 3],
    [7, 7],
    [30, 7],
  ])(
    'happens on whichever day is followed by %d days without a run, so that the account’s day is among them: %d of seven',
    async (pause, sweeps) => {
      listed({ hidden: [key(50, 'Inactive')] });
      reported(userRow('hidden'));
      const week = Array.from({ length: 7 }, (_, day) => inDays(day, sweepDay));
      const swept = await Promise.all(week.map(async (now) => (await find(now, { ...policy(), nextRun: inDays(pause, now) })).coverage));
      expect(swept.filter((coverage) => coverage === 'sweep')).toHaveLength(sweeps);
      expect([swept[0], ...swept.slice(8 - sweeps)]).toEqual(Array.from({ length: sweeps }, () => 'sweep'));
    },
  );

  it('happens always for a policy in minutes, without asking for a report', async () => {
    listed({ due: [key(1)] });
    await expect(find(reportDay, inMinutes())).resolves.toMatchObject({ coverage: 'sweep', usersSeen: 1 });
    expect(namesOf(iam)).toEqual(['ListUsers', 'ListAccessKeys']);
  });

  it('sees all 250 users, page by page', async () => {
    const names = Array.from({ length: 250 }, (_, index) => `user-${String(index).padStart(3, '0')}`);
    const page = (from: number) => ({ Users: names.slice(from, from + 100).map(listedUser) });
    iam.on(ListUsersCommand).resolves({ ...page(0), IsTruncated: true, Marker: 'a' });
    iam.on(ListUsersCommand, { Marker: 'a' }).resolves({ ...page(100), IsTruncated: true, Marker: 'b' });
    iam.on(ListUsersCommand, { Marker: 'b' }).resolves({ ...page(200), IsTruncated: false });
    iam.on(ListAccessKeysCommand).resolves({ AccessKeyMetadata: [key(100, 'Active', sweepDay)] });
    const { usersSeen, candidates } = await find(sweepDay);
    expect([usersSeen, candidates.map((user) => user.name)]).toEqual([250, names]);
  });

  it('reads every page of a user’s keys', async () => {
    listed({ alice: [] });
    iam
      .on(ListAccessKeysCommand)
      .resolvesOnce({ AccessKeyMetadata: [key(5)], IsTruncated: true, Marker: 'm' })
      .resolves({ AccessKeyMetadata: [key(90)] });
    expect((await find(sweepDay)).candidates).toEqual([found('alice', daysAgo(90, reportDay), true)]);
  });

  it('gives the names of all users when every key of each was listed, and not when one could not be', async () => {
    listed({ due: [key(90)], fresh: [key(1)] });
    expect((await find(sweepDay)).everyUser).toEqual(new Set(['due', 'fresh']));
    iam.on(ListAccessKeysCommand, { UserName: 'due' }).rejects(accessDenied());
    expect((await find(sweepDay)).everyUser).toBeUndefined();
  });

  it('hands on a user who is deleted meanwhile, who is then found to be gone', async () => {
    listed({ due: [key(90)], gone: [] });
    iam.on(ListAccessKeysCommand, { UserName: 'gone' }).rejects(noSuchEntity());
    expect((await find(sweepDay)).candidates).toEqual([found('gone', undefined), found('due', daysAgo(90, reportDay))]);
  });

  it('does not fail when the account’s only user is deleted meanwhile', async () => {
    listed({ gone: [] });
    iam.on(ListAccessKeysCommand, { UserName: 'gone' }).rejects(noSuchEntity());
    await expect(find(sweepDay)).resolves.toMatchObject({ usersSeen: 1, candidates: [found('gone', undefined)] });
  });

  it.each([
    ['users, in an answer without them', () => iam.on(ListUsersCommand).resolves({})],
    ['a user without a name', () => iam.on(ListUsersCommand).resolves({ Users: [{ ...listedUser('due'), UserName: undefined }] })],
    ['a user without an ARN', () => iam.on(ListUsersCommand).resolves({ Users: [{ ...listedUser('due'), Arn: undefined }] })],
  ])('is an error when IAM lists %s, never an account with fewer users', async (_, answer) => {
    listed({ due: [key(90)] });
    answer();
    await expect(find(sweepDay)).rejects.toMatchObject({ name: 'RotationError' });
  });

  it('takes an answer without keys for no answer: the user is handed on', async () => {
    listed({ due: [key(90)], fresh: [key(5)] });
    iam.on(ListAccessKeysCommand, { UserName: 'fresh' }).resolves({});
    expect((await find(sweepDay)).candidates.map((user) => user.name)).toEqual(['fresh', 'due']);
  });

  it('hands on a user whose keys could not be listed, who then fails alone', async () => {
    listed({ due: [key(90)], fresh: [key(5)], unread: [] });
    iam.on(ListAccessKeysCommand, { UserName: 'unread' }).rejects(awsError('ServiceFailureException', 500));
    const { usersSeen, candidates } = await find(sweepDay);
    expect(usersSeen).toBe(3);
    expect(candidates).toEqual([found('unread', undefined), found('due', daysAgo(90, reportDay))]);
  });

  it.each([
    ['users', (error: Error) => iam.on(ListUsersCommand).rejects(error)],
    ['keys', (error: Error) => iam.on(ListAccessKeysCommand, { UserName: 'due' }).rejects(error)],
  ])('is an error when %s cannot be listed, never an account without users', async (_, fail) => {
    listed({ due: [key(90)] });
    fail(awsError('ServiceFailureException', 500));
    await expect(find(sweepDay)).rejects.toMatchObject({ name: 'ServiceFailureException' });
  });
});

describe('what is remembered of keys', () => {
  const names = async (row: Row, memory: KnownKeys): Promise<string[]> => {
    reported(userRow('alice', row));
    return (await find(reportDay, policy(), { memory })).candidates.map(({ name }) => name);
  };

  it.each([
    ['says that a key is due which the report calls young: it was changed since', [['alice', 90]], ['alice']],
    ['says that a key is to be warned of', [['alice', 83]], ['alice']],
    ['says no more than the report', [['alice', 5]], []],
    ['is of a day before the warning', [['alice', 82]], []],
    [
      'knows an inactive key that the report does not show',
      [
        ['alice', 5],
        ['alice', 5, false],
      ],
      ['alice'],
    ],
    ['is about somebody else: the user may have another name than before', [['bob', 5]], ['alice']],
    ['is empty', [], ['alice']],
  ] as [string, [string, number, boolean?][], string[]][])('%s', async (_, keys, expected) => {
    await expect(names(activeKey(daysAgo(5, reportDay)), knows(...keys))).resolves.toEqual(expected);
  });

  it('never takes away a user whom the report names', async () => {
    await expect(names(activeKey(daysAgo(90, reportDay)), knows(['alice', 0]))).resolves.toEqual(['alice']);
  });

  it('names nobody who has no key any more', async () => {
    await expect(names({}, knows(['alice', 400]))).resolves.toEqual([]);
  });

  it('costs no call', async () => {
    await names(activeKey(daysAgo(5, reportDay)), knows(['alice', 400]));
    expect(namesOf(iam)).toEqual(['GenerateCredentialReport', 'GetCredentialReport']);
  });

  it('is made by a sweep where there is none, on any day', async () => {
    listed({ alice: [key(5)] });
    reported(userRow('alice', activeKey(daysAgo(5, reportDay))));
    const { coverage, seen } = await find(reportDay, policy(), { memory: undefined });
    expect(coverage).toBe('sweep');
    expect(seen).toEqual([{ user: 'alice', keyId: 'AKIA', created: daysAgo(5, reportDay), active: true }]);
  });
});

describe('a sweep that runs out of time', () => {
  /** Lists keys of so many users. */
  const after = (users: number): Partial<Search> => {
    let left = users;
    return { pace: new Pace(1), mayGoOn: () => left-- > 0 };
  };
  const due = { a: [key(90)], b: [key(91)], c: [key(92)], d: [key(93)] };
  const rows = () => Object.keys(due).map((name, index) => userRow(name, activeKey(daysAgo(90 + index, reportDay))));
  const listedUsers = (): unknown[] => callsOf(iam).flatMap(({ name, input }) => (name === 'ListAccessKeys' ? [input['UserName']] : []));

  it('says where it stopped, and looks up in the report whom it did not reach', async () => {
    listed(due);
    reported(...rows());
    const { candidates, sweptTo, left, seen, everyUser } = await find(sweepDay, policy(), after(2));
    expect(everyUser).toBeUndefined();
    expect(listedUsers()).toEqual(['a', 'b']);
    expect([sweptTo, left, seen.map(({ user }) => user)]).toEqual(['b', [], ['a', 'b']]);
    expect(candidates.map(({ name }) => name)).toEqual(['d', 'c', 'b', 'a']);
  });

  it('is gone on with by the next run, on any day, after the user where it stopped', async () => {
    listed(due);
    reported(...rows());
    const { candidates, sweptTo, seen } = await find(reportDay, policy(), { memory: { keys: {}, sweptTo: 'b' } });
    expect(listedUsers()).toEqual(['c', 'd']);
    expect([sweptTo, seen.map(({ user }) => user)]).toEqual([undefined, ['c', 'd']]);
    expect(candidates.map(({ name }) => name)).toEqual(['d', 'c', 'b', 'a']);
  });

  it('stays where it was when a run reaches nobody', async () => {
    listed(due);
    reported(...rows());
    const { sweptTo, usersSeen } = await find(reportDay, policy(), { ...after(0), memory: { keys: {}, sweptTo: 'b' } });
    expect([sweptTo, usersSeen, listedUsers()]).toEqual(['b', 4, []]);
  });

  it('begins at the beginning when it never reached anybody', async () => {
    listed(due);
    reported(...rows());
    expect((await find(sweepDay, policy(), after(0))).sweptTo).toBe('');
    await find(reportDay, policy(), { memory: { keys: {}, sweptTo: '' } });
    expect(listedUsers()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('names everybody whom neither it nor a report shows', async () => {
    listed(due);
    iam.on(GenerateCredentialReportCommand).rejects(accessDenied());
    const { left, reportError, candidates } = await find(sweepDay, policy(), after(2));
    expect([left, reportError]).toEqual([['c', 'd'], 'AccessDenied: not authorized']);
    expect(candidates.map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it('does not look at users whom it has not come to yet, and whom the report calls young', async () => {
    listed(due);
    reported(...Object.keys(due).map((name) => userRow(name, activeKey(daysAgo(5, reportDay)))));
    expect((await find(sweepDay, policy(), after(2))).candidates.map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it('names a user whom the report does not know yet', async () => {
    listed(due);
    reported(...rows().slice(0, 3));
    expect((await find(sweepDay, policy(), after(2))).left).toEqual(['d']);
  });
});
