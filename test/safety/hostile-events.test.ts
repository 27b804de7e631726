import fc from 'fast-check';
import { InvalidEventError } from '../../lambda/shared/errors';
import { parseOrchestratorEvent, parseReporterEvent, parseRotatorEvent } from '../../lambda/shared/events';
import { fingerprint } from '../../demo/story/fingerprint';
import { actionsOf, FUNCTIONS, MANAGEMENT, TEAM, testOrganization } from '../helpers/sandbox-organization';

const good = { account: TEAM.id, email: TEAM.email, name: TEAM.name };
const PARSERS = [
  ['rotator', parseRotatorEvent, ['account', 'email', 'name', 'ForceRotate', 'dryrun', 'runId']],
  ['orchestrator', parseOrchestratorEvent, ['accounts', 'account', 'ForceRotate', 'dryrun']],
  ['reporter', parseReporterEvent, ['runId']],
] as const;

/** JSON of any shape, as it arrives: often with keys that we know, holding what they must not. */
const anything = (keys: readonly string[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.jsonValue(),
    fc.dictionary(
      fc.oneof(fc.constantFrom(...keys, '__proto__', 'constructor', 'toString'), fc.string(), fc.string({ unit: 'binary' })),
      fc.oneof(fc.jsonValue(), fc.constantFrom(TEAM.id, 'alice', true, [TEAM.id])),
    ),
    fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()).map((more) => ({ ...good, ...more })),
  );

describe.each(PARSERS)('an event of any shape given to the %s', (_, parse, keys) => {
  it('is either understood completely or refused in one line that says that nothing was done', () => {
    let refused = 0;
    fc.assert(
      fc.property(anything(keys), (value) => {
        // As Lambda delivers it.
        const event: unknown = JSON.parse(JSON.stringify(value));
        try {
          const parsed = parse(event) as Record<string, unknown>;
          for (const key of Object.keys(parsed)) expect(keys).toContain(key);
          expect(parsed).toEqual(Object.fromEntries(Object.entries(event as object)));
        } catch (error) {
          if (!(error instanceof InvalidEventError)) throw error;
          refused += 1;
          expect(error.message).toMatch(/^the \w+'s event is not valid, nothing was done: ./);
          expect(error.message).not.toMatch(/[\r\n]/);
        }
      }),
      { numRuns: 2_000, seed: 20_260_105 },
    );
    expect(refused).toBeGreaterThan(500);
  });
});

describe('the functions', () => {
  const organization = testOrganization('enforcing', [TEAM]);
  beforeEach(() => {});

  it.each<[string, unknown]>([
    ['a prototype in disguise', JSON.parse(`{"account":"${TEAM.id}","email":"a@b.example","name":"x","__proto__":{"ForceRotate":"due"}}`)],
    ['an account id with a space behind it', { ...good, account: `${TEAM.id} ` }],
    ['an account id with a line end behind it', { ...good, account: `${TEAM.id}\n` }],
    ['an account id in other digits', { ...good, account: '２２２２３３３３４４４４' }],
    ['a path as account', { ...good, account: '../../../../etc' }],
    ['a user of another account', { ...good, ForceRotate: `arn:aws:iam::${MANAGEMENT.id}:user/due` }],
    ['a user name with a path', { ...good, ForceRotate: 'path/due' }],
    ['a list of users', { ...good, ForceRotate: ['due'] }],
    ['everybody', { ...good, ForceRotate: '*' }],
    ['a run that leads elsewhere', { ...good, runId: '..' }],
    ['a run that leads nowhere', { ...good, runId: '.' }],
    ['a name of a megabyte', { ...good, name: 'x'.repeat(1_000_000) }],
    ['a key of a megabyte', { ...good, ['k'.repeat(1_000_000)]: 1 }],
    ['a key with a line end in it', { ...good, ['x\nforged log line']: 1 }],
    ['ten thousand keys', { ...good, ...Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key-${index}`, index])) }],
    ['itself, nested', { ...good, name: { ...good } }],
    ['an empty dryrun', { ...good, dryrun: null }],
  ])('refuse %s, and change nothing', async (_, event) => {
    const org = organization();
    for (const account of [TEAM, MANAGEMENT]) org.addUser(account, 'due', [{ ageDays: 400 }]);
    const before = fingerprint(org.sandbox);
    const refused = await org.invoke(FUNCTIONS.rotator, event).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'InvalidEventError' });
    expect((refused as Error).message.length).toBeLessThan(3_000);
    expect((refused as Error).message).not.toMatch(/[\r\n]/);
    expect(org.callsOfApp().filter(({ service }) => service !== 'logs')).toEqual([]);
    expect(fingerprint(org.sandbox)).toBe(before);
  });

  it.each([
    ['that is no address', 'not an address'],
    ['that would be several', 'a@acme.example, b@acme.example'],
    ['with a header in it', 'a@acme.example\r\nBcc: thief@evil.example'],
    ['with a name', 'Team <team@acme.example>'],
  ])('do the account’s work although its e-mail is one %s, and say that nobody was told', async (_, email) => {
    const org = organization();
    org.addUser(TEAM, 'due', [{ ageDays: 95 }]);
    const result = await org.rotate({ ...TEAM, email });
    expect(actionsOf([result], 'due')).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
    expect(result.failures).toMatchObject([
      { step: 'send mail', error: 'InvalidAddress' },
      { user: 'due', error: 'NobodyToldError' },
    ]);
    expect(org.sandbox.mails).toEqual([]);
  });

  it('begin no grace of a notice that can reach nobody', async () => {
    const org = organization();
    org.addUser(TEAM, 'two-keys', [
      { ageDays: 200, usedDaysAgo: 0 },
      { ageDays: 20, usedDaysAgo: 0 },
    ]);
    for (const day of [0, 10, 20]) {
      org.goToDay(day);
      const result = await org.rotate({ ...TEAM, email: 'nobody' });
      expect(actionsOf([result], 'two-keys')).toContainEqual(expect.objectContaining({ action: 'notify', outcome: 'failed' }));
    }
    expect(org.user(TEAM, 'two-keys').keys.map(({ status }) => status)).toEqual(['Active', 'Active']);
  });
});
