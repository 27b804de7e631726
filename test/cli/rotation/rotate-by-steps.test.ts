import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Sandbox } from '../../../sandbox/sandbox';
import type { AccessKey } from '../../../sandbox/kernel/world';
import type { Ended } from '../../helpers/commands-host';
import { operate, type Operating } from '../../helpers/operator';
import { DAY, MANAGEMENT, START } from '../../helpers/sandbox-organization';

let sandbox: Sandbox;
let began: ReturnType<Sandbox['snapshot']>;
const keys = (): AccessKey[] => sandbox.people(MANAGEMENT.id).user('alice').keys;
const shown = (): string[] => keys().map(({ id, status }) => `${id} ${status}`);
const usedOn = (day: number): NonNullable<AccessKey['lastUsed']> => ({
  at: new Date(START.getTime() + day * DAY),
  service: 's3',
  region: 'eu-west-1',
});
const ids = (): { old: string; successor: string } => ({ old: keys()[0]!.id, successor: keys()[1]!.id });

beforeAll(async () => {
  sandbox = await Sandbox.start({ now: START, managementAccount: MANAGEMENT, processes: false });
  sandbox.people(MANAGEMENT.id).addUser({ name: 'alice' });
  sandbox
    .people(MANAGEMENT.id)
    .addAccessKey('alice', { created: new Date(START.getTime() - 20 * DAY), lastUsed: new Date(START.getTime() - DAY) });
  began = sandbox.snapshot();
});
beforeEach(() => {
  sandbox.faults.clear();
  sandbox.restore(began);
});
afterAll(async () => {
  await sandbox.stop();
});

/** Repeats the command on a day, as somebody does who is alone with their account. */
async function onDay(day: number, operating: Pick<Operating, 'onStart'>, ...more: string[]): Promise<Ended> {
  sandbox.clock.set(new Date(START.getTime() + day * DAY));
  return operate(sandbox, ['rotate', 'alice', '--no-service', ...more], {
    ...operating,
    environment: {
      COLUMNS: '1000',
      NODE_OPTIONS: `--require ${join(__dirname, 'clock.cjs')}`,
      TEST_NOW: sandbox.clock.now().toISOString(),
    },
  });
}

it('takes one step after the other, on the days on which it is repeated, until only the new key is there', async () => {
  const first = await onDay(0, {}, '--yes');
  expect([first.error, first.status]).toEqual(['', 0]);
  const { old, successor } = ids();
  const secret = `Account_${MANAGEMENT.id}_User_alice_AccessKey`;
  expect(first.out).toContain(`alice: rotate ${old} done; the new key is ${successor}; in the secret ${secret}`);
  expect(first.out).toContain(`then: let programs take the new key from the secret ${secret}`);

  const again = await onDay(1, {}, '--yes');
  expect(again.out).toContain(`${successor} was not used yet`);
  expect(again.out).toMatch(new RegExp(`${old}: it was replaced by ${successor} on 2026-01-05 .*and is disabled on 2026-01-15`));
  expect(again.out).toContain(`${old} was not used since`);
  expect(again.out).toContain('Nothing was changed.');

  keys()[0]!.lastUsed = usedOn(9);
  const stillUsed = await onDay(10, {}, '--yes');
  expect(stillUsed.out).toContain(`${old} is still used, last on 2026-01-14 for s3 in eu-west-1`);
  expect(shown()).toEqual([`${old} Active`, `${successor} Active`]);

  keys()[1]!.lastUsed = usedOn(18);
  const off = await onDay(18, {}, '--yes');
  expect([off.status, shown()]).toEqual([0, [`${old} Inactive`, `${successor} Active`]]);
  expect((await onDay(19, {}, '--yes')).out).toContain(`iam-keys activate ${old} brings it back`);

  expect((await onDay(28, {}, '--yes')).out).toContain(`alice: delete ${old} done`);
  expect(shown()).toEqual([`${successor} Active`]);
  const done = await onDay(29, {}, '--yes');
  expect([done.status, done.out]).toEqual([
    0,
    expect.stringContaining(`alice: done: ${successor}, issued on 2026-01-05, is the only key`) as string,
  ]);
  expect(shown()).toEqual([`${successor} Active`]);
  for (const { out } of [first, again, stillUsed, off, done]) for (const { secret: value } of keys()) expect(out).not.toContain(value);
});

it('finds the key of an interrupted command and begins anew, so that no key is left that nobody has', async () => {
  let child: ChildProcess | undefined;
  const kill = { kind: 'call', run: () => void child?.kill('SIGKILL') } as const;
  const storing = { match: { service: 'secretsmanager', operation: 'PutSecretValue', nth: 2 }, when: 'before' } as const;
  sandbox.faults.add({ ...storing, then: kill });
  sandbox.faults.add({ ...storing, then: { kind: 'drop' } });
  await onDay(0, { onStart: (started) => (child = started) }, '--yes');
  sandbox.faults.clear();
  const { old, successor: lost } = ids();
  expect(await onDay(0, {}, '--yes')).toMatchObject({
    status: 2,
    error: expect.stringContaining('another invocation is issuing a key') as string,
  });
  const { out, status } = await onDay(1, {}, '--yes');
  const { successor } = ids();
  expect([status, out]).toEqual([0, expect.stringContaining(`remove-orphan ${lost} done`) as string]);
  expect(shown()).toEqual([`${old} Active`, `${successor} Active`]);
  expect(successor).not.toBe(lost);
});

it('says what it would do, and asks', async () => {
  const would = await onDay(0, {}, '--dry-run');
  expect([would.status, would.out]).toEqual([
    0,
    expect.stringMatching(/^alice: rotate AKIA\w+ planned; .*\nNothing was changed\./) as string,
  ]);
  expect(await onDay(0, {})).toMatchObject({ status: 2, error: expect.stringContaining('repeat with --yes') as string });
  expect(keys()).toHaveLength(1);
});

it('leaves exempt users alone', async () => {
  sandbox.people(MANAGEMENT.id).tagUser('alice', { 'exempt-until': '2026-02-01' });
  const refused = await onDay(0, {}, '-c', 'exemptTag=exempt-until', '--yes');
  expect(refused).toMatchObject({ status: 2, error: expect.stringContaining('alice: exempt, because') as string });
});

it('leaves a user alone whom an old list of the exemption group’s members does not show', async () => {
  const [people, lateMs] = [sandbox.people(MANAGEMENT.id), 120_000];
  sandbox.kernel.settings.lag = { seed: 1, minMs: lateMs, maxMs: lateMs, share: 1, only: ['iam:GetGroup'] };
  people.addGroup('IAMKeyRotationExemptionGroup');
  sandbox.clock.set(new Date(START.getTime() + DAY - lateMs / 2));
  people.addToGroup('alice', 'IAMKeyRotationExemptionGroup');
  const left = await onDay(1, {}, '--yes');
  sandbox.kernel.settings.lag = undefined;
  expect(left).toMatchObject({
    status: 2,
    error: expect.stringContaining('alice: exempt, because the user is a member of IAMKeyRotationExemptionGroup') as string,
  });
  expect(keys()).toHaveLength(1);
});

it.each([
  [['--all', '--older-than', '1d'], 'name one user, or give --all'],
  [['--stack', 'x'], '--no-service takes one user, and no --stack'],
])('refuses %j', async (more, message) => {
  expect(await onDay(0, {}, ...more)).toMatchObject({ status: 2, out: '', error: expect.stringContaining(message) as string });
});
