import type { ReportedUser } from '../../../lambda/core/read/credential-report';
import type { UserWorked } from '../../../lambda/core/rotate-user';
import { inventoryOf, type KnownAtEnd } from '../../../lambda/rotator/inventory';
import { accessKey, ACCOUNT, daysAgo, midnightIn, NEW, NOW, OLD, policy, used, userFacts } from '../../helpers/facts';
import { action, userResult } from '../../helpers/results';
import { keyMemory, memoryOf, promise, today } from './memory/factories';

type Slot = ReportedUser['keys'][number];
const made = new Date(NOW.getTime() - 3_600_000);
const report = (users: Record<string, Slot[]>) => ({
  made,
  users: Object.entries(users).map(([name, keys]) => ({ name, arn: `arn:aws:iam::${ACCOUNT}:user/${name}`, keys })),
});
const slot = (ageDays: number, more: Partial<Slot> = {}): Slot => ({ active: true, created: daysAgo(ageDays), lastUsed: used(2), ...more });
const of = (known: Partial<KnownAtEnd>) =>
  inventoryOf({
    found: {},
    worked: [],
    memory: memoryOf(),
    policies: { own: policy(), of: () => ({ policy: policy() }) },
    now: NOW,
    ...known,
  });
const keysOf = (known: Partial<KnownAtEnd>) => of(known).users.flatMap(({ keys }) => keys);
const alice = (...keys: Slot[]) => ({ found: { report: report({ alice: keys }) } });
const use = { lastUsed: daysAgo(2).toISOString(), lastUsedService: 's3', lastUsedRegion: 'eu-west-1' };

describe('on a quiet day', () => {
  it('has every key of the report, with the id that a run has seen, and says how old the report is', () => {
    expect(of(alice(slot(95)))).toEqual({
      policy: { rotateMs: 90 * 86_400_000, disableMs: 100 * 86_400_000, deleteMs: 110 * 86_400_000 },
      usesAsOf: made.toISOString(),
      users: [
        {
          user: 'alice',
          keys: [
            { keyId: OLD, status: 'Active', created: daysAgo(95).toISOString(), ...use, step: 'rotate', on: midnightIn(-5).toISOString() },
          ],
        },
      ],
    });
  });

  it('has owner and exemption as they were last read; an exempt key has no next step', () => {
    const exemption = { by: 'group', exempt: true, since: daysAgo(9).toISOString() } as const;
    const users = { alice: { read: daysAgo(3).toISOString(), owner: 'owner@acme.example', exemption } };
    const [user] = of({ ...alice(slot(95)), memory: memoryOf(undefined, { users }) }).users;
    expect(user).toMatchObject({ user: 'alice', ...users.alice, keys: [{ keyId: OLD }] });
    expect(user?.keys[0]).not.toHaveProperty('step');
  });

  it('has a key without its id while no run has seen it', () => {
    expect(keysOf({ ...alice(slot(95), slot(1, { lastUsed: 'never' })) })).toMatchObject([
      { keyId: OLD, created: daysAgo(95).toISOString() },
      { status: 'Active', created: daysAgo(1).toISOString(), lastUsed: 'never', step: 'rotate', on: midnightIn(89).toISOString() },
    ]);
    expect(keysOf({ ...alice(slot(1)), memory: memoryOf({}) })[0]).not.toHaveProperty('keyId');
  });

  it.each<[string, Slot, string | undefined]>([
    ['the report shows a later date, that of its last change', slot(40), OLD],
    ['the report shows no date', slot(0, { created: undefined }), OLD],
    ['the report shows an earlier key', slot(300), undefined],
  ])('takes the only key for the one that was seen when %s', (_, shown, keyId) => {
    expect(keysOf(alice(shown)).map((key) => key.keyId)).toEqual([keyId]);
  });

  it('believes the report of what is inactive or gone', () => {
    expect(keysOf(alice(slot(95, { active: false })))).toMatchObject([{ keyId: OLD, status: 'Inactive' }]);
    expect(of(alice()).users).toEqual([]);
    expect(of({ found: { report: report({}) } }).users).toEqual([]);
  });

  it('has an inactive key that the report does not show, as a run last saw it', () => {
    expect(keysOf({ ...alice(), memory: memoryOf({ [OLD]: keyMemory({ active: false }) }) })).toMatchObject([
      { keyId: OLD, status: 'Inactive' },
    ]);
  });

  it('has the last listing where there is no report, without uses, and nobody whom a list of all does not name', () => {
    expect(keysOf({})).toEqual([
      { keyId: OLD, status: 'Active', created: daysAgo(95).toISOString(), step: 'rotate', on: midnightIn(-5).toISOString() },
    ]);
    expect(of({ found: { everyUser: new Set(['bob']) } }).users).toEqual([]);
  });

  it('has members of the exemption group who hold no key', () => {
    const exemption = { by: 'group', exempt: true, since: today } as const;
    const found = { report: report({ bob: [] }) };
    expect(of({ found, memory: memoryOf({}, { users: { bob: { exemption } } }) }).users).toEqual([{ user: 'bob', exemption, keys: [] }]);
  });
});

describe('of a user that the run worked on', () => {
  const facts = userFacts({
    keys: [accessKey(), accessKey({ id: NEW, ageDays: 3, lastUsed: 'never' })],
    current: NEW,
    fetched: daysAgo(1),
  });
  const worked = (...actions: Parameters<typeof action>[0][]): UserWorked[] => [
    { result: userResult('alice', ...actions.map(action)), failures: [], facts },
  ];
  const seen = { [OLD]: keyMemory({ seen: today }), [NEW]: keyMemory({ seen: today, created: daysAgo(3).toISOString(), issued: true }) };
  const waits = worked({ action: 'wait' }, { action: 'wait', keyId: NEW });

  it('knows better than the report, and has use, successor and who fetched it', () => {
    const told = { disable: promise(3, 7) };
    const memory = memoryOf({ ...seen, [OLD]: keyMemory({ seen: today, told }) });
    expect(keysOf({ ...alice(slot(95)), worked: waits, memory })).toEqual([
      {
        keyId: OLD,
        status: 'Active',
        created: daysAgo(95).toISOString(),
        ...use,
        lastUsed: daysAgo(1).toISOString(),
        successorId: NEW,
        step: 'disable',
        on: told.disable.on,
      },
      {
        keyId: NEW,
        status: 'Active',
        created: daysAgo(3).toISOString(),
        lastUsed: 'never',
        issued: true,
        fetched: daysAgo(1).toISOString(),
        step: 'rotate',
        on: midnightIn(87).toISOString(),
      },
    ]);
  });

  it('has what the run did: a key that is off, a key that was issued', () => {
    const on = midnightIn(10).toISOString();
    const off = { ...seen, [OLD]: keyMemory({ seen: today, active: false }) };
    expect(keysOf({ ...alice(slot(95)), worked: worked({ action: 'disable', on }), memory: memoryOf(off) })[0]).toMatchObject({
      status: 'Inactive',
      step: 'delete',
      on,
    });
    const rotated = worked({ action: 'rotate', on, successorId: 'AKIANEWEST0000000001' });
    expect(keysOf({ ...alice(slot(95)), worked: rotated, memory: memoryOf(seen) })[0]).toMatchObject({
      successorId: 'AKIANEWEST0000000001',
      on,
    });
  });

  it('does not take the date of the secret of another key', () => {
    const [old] = keysOf({ ...alice(slot(95)), worked: waits, memory: memoryOf(seen) });
    expect(old).not.toHaveProperty('fetched');
  });
});

it('of an account of the largest size is a few megabytes', () => {
  const name = (index: number): string => `${index}`.padEnd(64, 'x');
  const keys = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, index) => [
      `AKIA${`${index}`.padStart(16, '0')}`,
      keyMemory({ user: name(Math.floor(index / 2)), created: daysAgo(index % 80).toISOString(), issued: true, fetched: today }),
    ]),
  );
  const users = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, index) => [name(index), { read: today, owner: `${'o'.repeat(200)}@acme.example` }]),
  );
  const found = {
    report: report(
      Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [name(index), [slot((2 * index) % 80), slot((2 * index + 1) % 80)]])),
    ),
  };
  const inventory = of({ found, memory: memoryOf(keys, { users }) });
  expect(inventory.users).toHaveLength(5_000);
  expect(Buffer.byteLength(JSON.stringify(inventory))).toBeLessThan(6_000_000);
});
