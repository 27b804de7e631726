import { actionsOf, DAY, START, sweepDayOf, TEAM, testOrganization } from '../helpers/sandbox-organization';
import { statusesOf, storedKey } from './support';

const organization = testOrganization('enforcing', [TEAM], { direct: true });
const REPORT_DAY = sweepDayOf(TEAM) + 1;
/** Two active keys due, one inactive, one young: what a report must not hide. */
const USERS = ['due', 'due-too', 'inactive', 'young'] as const;

beforeEach(async () => {
  const org = organization();
  org.goToDay(REPORT_DAY);
  await org.begin(TEAM);
  org.addUser(TEAM, 'due', [{ ageDays: 120, usedDaysAgo: 0 }]);
  org.addUser(TEAM, 'due-too', [{ ageDays: 95, usedDaysAgo: 0 }]);
  org.addUser(TEAM, 'inactive', [{ ageDays: 300, status: 'Inactive' }]);
  org.addUser(TEAM, 'young', [{ ageDays: 5 }]);
});

type Table = string[][];
const dateOf = (ageDays: number): string => `${new Date(START.getTime() - ageDays * DAY).toISOString().slice(0, 19)}+00:00`;
const HEADER =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated'.split(
    ',',
  );
const row = (values: Record<string, string>): string[] =>
  HEADER.map((column) => values[column] ?? (column.endsWith('_active') ? 'false' : 'N/A'));
const userRow = (user: string, ageDays: number, active = 'true'): string[] =>
  row({ user, arn: `arn:aws:iam::${TEAM.id}:user/${user}`, access_key_1_active: active, access_key_1_last_rotated: dateOf(ageDays) });
/** The report that AWS would give. */
const report = (): Table => [
  HEADER,
  row({ user: '<root_account>', arn: `arn:aws:iam::${TEAM.id}:root` }),
  userRow('due', 120),
  userRow('due-too', 95),
  userRow('inactive', 300, 'false'),
  userRow('young', 5),
];
const text = (table: Table): string => table.map((cells) => cells.join(',')).join('\n');
const column = (name: string): number => HEADER.indexOf(name);
const without = (...names: string[]): Table => report().map((cells) => cells.filter((_, index) => !names.includes(HEADER[index]!)));
const setCell = (user: string, name: string, value: string): string =>
  text(report().map((cells) => (cells[0] === user ? cells.with(column(name), value) : cells)));

/** Gives the account a finished report with this content. */
function put(content: string): void {
  const { sandbox } = organization();
  const now = sandbox.clock.now();
  sandbox.kernel.account(TEAM.id).credentialReport = { generated: now, readyAt: now, content };
}

async function expectRotated(coverage: 'report' | 'sweep'): Promise<void> {
  const org = organization();
  const result = await org.rotate(TEAM);
  expect(result).toMatchObject({ coverage, failures: [] });
  for (const user of ['due', 'due-too']) {
    expect([user, actionsOf([result], user)]).toMatchObject([user, [{ action: 'rotate', outcome: 'done' }]]);
    expect(storedKey(org, TEAM, user)).toMatchObject({ right: true });
  }
  expect(actionsOf([result], 'inactive')).toMatchObject([{ action: 'note-inactive', outcome: 'done' }]);
  expect(statusesOf(org, TEAM, 'young')).toEqual(['Active']);
}

describe('a credential report that can be read, however it is written, is used', () => {
  it.each<[string, () => string]>([
    ['as AWS writes it', () => text(report())],
    ['with columns in another order', () => text(report().map((cells) => cells.toReversed()))],
    [
      'with upper-case booleans and column names',
      () => text(report().map((cells, at) => cells.map((cell) => (at === 0 || /^(true|false)$/.test(cell) ? cell.toUpperCase() : cell)))),
    ],
    ['with unknown columns', () => text(report().map((cells, at) => [`new_${at}`, ...cells, 'additional_credentials_info']))],
    [
      'with the columns that are not needed left out',
      () => text(without('mfa_active', 'cert_1_active', 'cert_2_active', 'password_enabled', 'user_creation_time')),
    ],
    ['with a byte order mark, Windows line ends and an empty last line', () => `\ufeff${text(report()).replaceAll('\n', '\r\n')}\r\n`],
    ['with every cell in quotes', () => text(report().map((cells) => cells.map((cell) => `"${cell}"`)))],
  ])('%s', async (_, content) => {
    put(content());
    await expectRotated('report');
  });
});

describe('a credential report that cannot be trusted is not used: every user is read instead', () => {
  const whole = (): string => text(report());
  it.each<[string, () => string]>([
    ['without a needed column', () => text(without('access_key_2_last_rotated'))],
    ['without the users’ names', () => text(without('user'))],
    ['with a needed column renamed', () => whole().replace('access_key_1_active', 'accessKey1Active')],
    ['that is empty', () => ''],
    ['of line ends only', () => '\n\n\n'],
    ['with a header only', () => HEADER.join(',')],
    ['without a header', () => text(report().slice(1))],
    ['cut in the middle of a line', () => whole().slice(0, whole().indexOf('due-too') + 30)],
    ['cut inside a quoted cell', () => `${whole()}\n"cut off`],
    ['with a line too long', () => `${whole()},and,more`],
    ['with a row that names nobody', () => `${whole()}\n${text([userRow('', 95)])}`],
    ['with a row whose name is not that of its ARN', () => setCell('due', 'user', 'somebody')],
    ['that says neither true nor false of a key', () => setCell('due', 'access_key_1_active', 'tru')],
    ['that says nothing of a key', () => setCell('due', 'access_key_1_active', '')],
    ['that is a web page', () => '<html><body>Service Unavailable</body></html>'],
    ['that is binary', () => '\u0000\u0001\u0002,\u0003\n\u0004,\u0005'],
  ])('%s', async (_, content) => {
    put(content());
    const org = organization();
    const before = org.logs.length;
    await expectRotated('sweep');
    expect(
      org.logs
        .slice(before)
        .map(({ line }) => line)
        .join('\n'),
    ).toContain('credential report not used');
  });
});

describe('a credential report that is out of date only chooses whom to look at', () => {
  it('a key that it calls young, and that is, is left alone; one that it calls due, and that is not, too', async () => {
    const org = organization();
    put(setCell('young', 'access_key_1_last_rotated', dateOf(400)));
    const result = await org.rotate(TEAM);
    expect(actionsOf([result], 'young')).toMatchObject([{ action: 'wait' }]);
    expect(statusesOf(org, TEAM, 'young')).toEqual(['Active']);
  });

  it('a key of unknown age is looked at', async () => {
    put(setCell('due', 'access_key_1_last_rotated', 'N/A'));
    await expectRotated('report');
    expect(USERS).toHaveLength(organization().sandbox.kernel.account(TEAM.id).users.size);
  });

  it('a user listed twice gets one key', async () => {
    const org = organization();
    put(text([...report(), userRow('due', 120)]));
    await org.rotate(TEAM);
    expect(
      org
        .callsOfApp()
        .filter(({ operation, outcome, input }) => operation === 'CreateAccessKey' && outcome === 'ok' && input['UserName'] === 'due'),
    ).toHaveLength(1);
    expect(storedKey(org, TEAM, 'due')).toMatchObject({ right: true });
  });

  it('a user who is gone by now stops nobody', async () => {
    const org = organization();
    put(text([...report(), userRow('gone', 200)]));
    const result = await org.rotate(TEAM);
    expect(actionsOf([result], 'due')).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
    expect(result.users.map(({ user }) => user)).not.toContain('gone');
    expect(result.failures.filter(({ user }) => user === 'gone')).toEqual([]);
  });

  it('a user whom it hides is found within a week', async () => {
    const org = organization();
    for (let day = REPORT_DAY; day < REPORT_DAY + 7; day += 1) {
      org.goToDay(day);
      put(text(report().filter(([user]) => user !== 'due')));
      await org.rotate(TEAM);
    }
    expect(statusesOf(org, TEAM, 'due')).toEqual(['Active', 'Active']);
  });
});
