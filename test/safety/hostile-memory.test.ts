import { objectOf } from '../../demo/remembered';
import { intentTag } from '../../lambda/core/plan/key-state';
import { intentKey } from '../../lambda/runs/run-keys';
import type { AccessKey } from '../../sandbox/kernel/world';
import { leaveIntent } from '../helpers/sandbox-intents';
import { memoryOf, rememberKeys, resultsOf, writeMemory } from '../helpers/sandbox-memory';
import { DAY, OTHER, START, TEAM, testOrganization } from '../helpers/sandbox-organization';
import { callsTo, days, refuse, runOnDays, statusesOf, storedKey, timeline } from './support';

/** What is in the results bucket in place of what the rotator wrote there holds back, or is a failure by name; it permits nothing. */
const organization = testOrganization('enforcing', [TEAM], { direct: true });
const at = (day: number): string => new Date(START.getTime() + day * DAY).toISOString();
const hostile = (text: string): void => {
  writeMemory(organization(), TEAM, text);
};
const reading = (path: string) => ({
  service: 's3',
  operation: 'GetObject',
  input: ({ Key }: Record<string, unknown>) => Key === path,
});
const MEMORY = `memory/${TEAM.id}.json`;
const entry = (more: object = {}): object => ({ user: 'alice', created: at(-100), active: true, seen: at(-1), ...more });
const memory = (keys: object, more: object = {}): string => JSON.stringify({ version: 1, keys, ...more });

describe('a memory that cannot be read fails the account by name, and nothing in it is changed', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'is empty',
      () => {
        hostile('');
      },
      /SyntaxError/,
    ],
    [
      'is no JSON',
      () => {
        hostile('hello world');
      },
      /SyntaxError/,
    ],
    [
      'is cut off',
      () => {
        hostile(memory({ AKIA: entry() }).slice(0, -3));
      },
      /SyntaxError/,
    ],
    [
      'is five million letters',
      () => {
        hostile('x'.repeat(5_000_000));
      },
      /SyntaxError/,
    ],
    [
      'is null',
      () => {
        hostile('null');
      },
      /ZodError/,
    ],
    [
      'is a list',
      () => {
        hostile('[]');
      },
      /ZodError/,
    ],
    [
      'is of a version to come',
      () => {
        hostile(JSON.stringify({ version: 2, keys: {} }));
      },
      /ZodError/,
    ],
    [
      'has no version',
      () => {
        hostile('{"keys":{}}');
      },
      /ZodError/,
    ],
    [
      'has a list of keys',
      () => {
        hostile(memory([entry()]));
      },
      /ZodError/,
    ],
    [
      'says a day that does not exist',
      () => {
        hostile(memory({ AKIA: entry({ seen: '2025-02-30T00:00:00.000Z' }) }));
      },
      /ZodError/,
    ],
    [
      'says a number for a moment',
      () => {
        hostile(memory({ AKIA: entry({ created: 0 }) }));
      },
      /ZodError/,
    ],
    [
      'counts below one',
      () => {
        hostile(memory({ AKIA: entry({ putOff: { times: -3, since: at(-9), last: at(-1) } }) }));
      },
      /ZodError/,
    ],
    ['may not be read', () => refuse(organization(), reading(MEMORY)), /AccessDenied/],
    ['cannot be read for long', () => refuse(organization(), reading(MEMORY), 'SlowDown', 503), /SlowDown/],
    ['cannot be read for an error of S3', () => refuse(organization(), reading(MEMORY), 'InternalError', 500), /InternalError/],
  ])('one that %s', async (_, spoil, cause) => {
    const org = organization();
    org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]);
    org.addUser(TEAM, 'bob', [{ ageDays: 400, status: 'Inactive' }]);
    await org.rotate(TEAM);
    const before = [statusesOf(org, TEAM, 'alice'), statusesOf(org, TEAM, 'bob')];
    org.sandbox.calls.length = 0;
    spoil();
    org.goToDay(30);
    org.disturbed = true;
    const failure: unknown = await org.rotate(TEAM).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'AccountFailedError',
      message: expect.stringMatching(
        new RegExp(`^what people of account ${TEAM.id} were told cannot be read, so nothing was changed: s3://\\S+/${MEMORY}: `),
      ) as string,
    });
    expect((failure as Error).message).toMatch(cause);
    expect((failure as Error).message.length).toBeLessThan(600);
    expect(org.mutations()).toEqual([]);
    expect([statusesOf(org, TEAM, 'alice'), statusesOf(org, TEAM, 'bob')]).toEqual(before);
  });

  it('and one that S3 gives after a while is read', async () => {
    const org = organization();
    const [key] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys;
    org.sandbox.faults.add({
      match: { ...reading(MEMORY), times: 1 },
      when: 'before',
      then: { kind: 'error', code: 'SlowDown', status: 503 },
    });
    expect(timeline(await runOnDays(org, TEAM, [0]), 'alice', key!.id)).toEqual(['rotate on day 0']);
  });
});

describe('a memory that says what is not so brings no step nearer', () => {
  const WHOLE = ['rotate on day 0', 'disable on day 10', 'delete on day 20'];
  const past = { on: at(-300), at: at(-310) };
  const beginning = { on: '1970-01-01T00:00:00.000Z', at: '0000-01-01T00:00:00.000Z' };
  type Claim = [string, (key: AccessKey) => string];
  const about = (key: AccessKey, more: object): string => memory({ [key.id]: { ...entry(more), created: key.created.toISOString() } });
  const CLAIMS: Claim[] = [
    [
      'is of another account',
      () => memory({ AKIAOTHER00000000001: entry({ user: 'mallory', told: { disable: past, delete: past } }) }, { account: OTHER.id }),
    ],
    ['says that people were told long ago', (key) => about(key, { told: { disable: past, delete: past, hold: past } })],
    ['says that they were told at the beginning of time', (key) => about(key, { told: { disable: beginning, delete: beginning } })],
    [
      'says that they were told of today',
      (key) => about(key, { told: { disable: { on: at(0), at: at(-20) }, delete: { on: at(0), at: at(-20) } } }),
    ],
    ['calls the key issued and lost', (key) => about(key, { issued: true, lost: at(-300), fetched: at(-300) })],
    ['calls the key inactive', (key) => about(key, { active: false })],
    ['calls it another’s', (key) => about(key, { user: 'bob' })],
    ['was seen in the far future', (key) => about(key, { seen: '9999-12-31T23:59:59.999Z' })],
    [
      'says that its step was put off a million times',
      (key) => about(key, { putOff: { times: 1_000_000, since: at(-300), last: at(-1) } }),
    ],
    [
      'has keys that every object has',
      (key) =>
        `{"version":1,"__proto__":{"keys":{}},"keys":{"__proto__":${JSON.stringify(entry({ issued: true }))},"constructor":${JSON.stringify(entry({ lost: at(-9) }))},"${key.id}":${JSON.stringify(entry())}}}`,
    ],
    ['was swept to a name after every other', (key) => memory({ [key.id]: entry() }, { sweptTo: '\u{10ffff}' })],
    [
      'names secrets as without their users',
      () =>
        memory(
          {},
          { orphans: { [`arn:aws:secretsmanager:eu-west-1:${TEAM.id}:secret:Account_${TEAM.id}_User_alice_AccessKey-AbCdEf`]: at(-300) } },
        ),
    ],
    ['knows more than there is', () => memory({}, { disableNow: true, keysToDelete: ['*'] })],
  ];

  it.each(CLAIMS)('one that %s', async (_, claim) => {
    const org = organization();
    const [key] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys;
    hostile(claim(key!));
    const results = await runOnDays(org, TEAM, [0, 1, 9]);
    // Once more in the middle of the grace.
    hostile(claim(key!));
    for (const [day, result] of await runOnDays(org, TEAM, [10, 11, 19, 20, 21, 30, 31, 32])) results.set(day, result);
    const steps = timeline(results, 'alice', key!.id);
    const dayOf = (step: string): number => Number(/\d+$/.exec(steps.find((one) => one.startsWith(step)) ?? 'never 999')![0]);
    expect(steps[0]).toBe(WHOLE[0]);
    expect(dayOf('disable')).toBeGreaterThanOrEqual(10);
    expect(dayOf('delete')).toBeGreaterThanOrEqual(dayOf('disable') + 10);
    expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
    expect(({} as Record<string, unknown>)['keys']).toBeUndefined();
  });

  it('and one of ten thousand foreign keys is read, and forgotten in time', async () => {
    const org = organization();
    const [key] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys;
    hostile(
      memory(Object.fromEntries(days(1, 10_000).map((index) => [`AKIAGONE${index}`, entry({ user: `gone-${index}`, seen: at(-61) })]))),
    );
    expect(timeline(await runOnDays(org, TEAM, [0]), 'alice', key!.id)).toEqual(['rotate on day 0']);
    expect(Object.keys(memoryOf(org, TEAM)!.keys).filter((id) => id.startsWith('AKIAGONE'))).toEqual([]);
  });

  it('and one whose content type is another is read as it is', async () => {
    const org = organization();
    const [key] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys;
    resultsOf(org).set(MEMORY, { ...objectOf(memory({}), START), contentType: 'text/html; charset=utf-16' });
    expect(timeline(await runOnDays(org, TEAM, [0, 10]), 'alice', key!.id)).toEqual(['rotate on day 0', 'disable on day 10']);
  });
});

it.each<[string, { lost?: string; issued?: true }]>([
  ['lost', { lost: at(-30) }],
  ['issued', { issued: true }],
  ['issued and lost', { issued: true, lost: at(-1) }],
])('a key that a person made and that the memory alone calls %s stays, and so does the one beside it', async (_, claim) => {
  const org = organization();
  const keys = org.addUser(TEAM, 'alice', [{ ageDays: 80, usedDaysAgo: 0 }, { ageDays: 30 }]).keys;
  rememberKeys(org, TEAM, Object.fromEntries(keys.map(({ id, created }) => [id, { user: 'alice', created, active: true, ...claim }])));
  const results = await runOnDays(org, TEAM, [0, 1, 2, 9]);
  for (const { id } of keys) expect(timeline(results, 'alice', id).filter((step) => !/^(notify|blocked|wait)/.test(step))).toEqual([]);
  expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Active']);
  expect([callsTo(org, 'UpdateAccessKey'), callsTo(org, 'DeleteAccessKey')]).toEqual([0, 0]);
});

describe('a record of an intent that is not what the rotator wrote condemns no key', () => {
  const token = 'deadbeef';
  const RECORD = intentKey(TEAM.id, token);
  const put = (text: string): void => {
    resultsOf(organization()).set(RECORD, objectOf(text, START));
  };
  const record = (more: object): string =>
    JSON.stringify({ user: 'alice', at: at(-0.25), until: at(-0.24), known: [], central: false, ...more });
  const named = 'cannot be read as what a run of ours recorded';

  /** A user with the tag of an intent that is over, and a key that was made while it lasted; the record of it is right. */
  function interrupted(): AccessKey[] {
    const org = organization();
    const [old, young] = org.addUser(TEAM, 'alice', [{ ageDays: 30, usedDaysAgo: 0 }, { ageDays: 0.25 }]).keys;
    leaveIntent(org, TEAM, 'alice', { token, at: new Date(at(-0.25)), until: new Date(at(-0.24)), known: [old!.id] });
    return [old!, young!];
  }

  it('while the right one does', async () => {
    const [, young] = interrupted();
    organization().disturbed = true;
    await runOnDays(organization(), TEAM, [0, 1, 2]);
    expect(
      organization()
        .user(TEAM, 'alice')
        .keys.map(({ id }) => id),
    ).not.toContain(young!.id);
    // The never-rules saw no run of ours make it.
    organization().reset();
  });

  it.each<[string, () => unknown, string | undefined]>([
    ['is absent', () => resultsOf(organization()).delete(RECORD), undefined],
    [
      'is empty',
      () => {
        put('');
      },
      named,
    ],
    [
      'is no JSON',
      () => {
        put('hello');
      },
      named,
    ],
    [
      'is three million letters',
      () => {
        put('x'.repeat(3_000_000));
      },
      named,
    ],
    [
      'is a list',
      () => {
        put('[]');
      },
      named,
    ],
    [
      'has days that do not exist',
      () => {
        put(record({ at: '2025-02-30T00:00:00.000Z' }));
      },
      named,
    ],
    [
      'is of another user',
      () => {
        put(record({ user: 'bob' }));
      },
      undefined,
    ],
    [
      'knew other keys',
      () => {
        put(record({ known: ['AKIAOTHER00000000001'] }));
      },
      undefined,
    ],
    [
      'is of another time',
      () => {
        put(record({ at: at(-5), until: at(-4) }));
      },
      undefined,
    ],
    [
      'is of the other store',
      () => {
        put(record({ central: true }));
      },
      undefined,
    ],
    [
      'has keys that every object has',
      () => {
        put('{"__proto__":{"user":"alice"},"constructor":"alice"}');
      },
      named,
    ],
    ['may not be read', () => refuse(organization(), reading(RECORD)), 'AccessDenied'],
    ['cannot be read for long', () => refuse(organization(), reading(RECORD), 'SlowDown', 503), 'SlowDown'],
  ])('one that %s', async (_, spoil, failure) => {
    const org = organization();
    interrupted();
    spoil();
    const results = await runOnDays(org, TEAM, [0, 1]);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Active']);
    expect([callsTo(org, 'UpdateAccessKey'), callsTo(org, 'DeleteAccessKey')]).toEqual([0, 0]);
    if (failure === undefined) return;
    const [{ failures } = { failures: [] }] = [...results.values()];
    expect(failures.map(({ user, error, message }) => `${user ?? ''} ${error} ${message}`).join('\n')).toContain(failure);
    expect(org.user(TEAM, 'alice').tags.has(intentTag(token))).toBe(true);
  });
});
