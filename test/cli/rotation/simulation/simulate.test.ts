import fc from 'fast-check';
import { runsBetween, simulate, type RotationRules, type UserHappening } from '../../../../cli/rotation/simulation/simulate';
import { environmentWith } from '../../../../cli/rotation/settings';
import { policyOf } from '../../../../lambda/core/plan/policy';
import type { AccessKey, UserFacts } from '../../../../lambda/core/plan/user-facts';
import { DAY_MS } from '../../../../lambda/shared/period';
import { daysAgo, inDays, midnightIn, NEW, NOW, OLD, userFacts } from '../../../helpers/facts';
import { SimulatedUser } from '../../../helpers/simulated-user';

const WHOLE_DAYS = 400;
const key = (id: string, ageDays: number, more: Partial<AccessKey> = {}): AccessKey => ({
  id,
  status: 'Active',
  created: daysAgo(ageDays),
  lastUsed: 'never',
  ...more,
});
const known = (facts: UserFacts, name = facts.name) => ({ facts: { ...facts, name }, isMember: false });
const fresh = (keys: readonly AccessKey[], more: Parameters<typeof userFacts>[0] = {}): UserFacts =>
  userFacts({ keys, memory: {}, ...more });
const play = (users: Parameters<typeof simulate>[0], rules: RotationRules, days = WHOLE_DAYS): UserHappening[] =>
  simulate(users, rules, runsBetween(rules.SCHEDULE, NOW, inDays(days)));
const told = (happened: readonly UserHappening[]): string[] =>
  happened.map(({ at, user, decision, outcome }) => {
    const day = Math.round((at.getTime() - NOW.getTime()) / DAY_MS);
    return `${day} ${user} ${decision.action} ${'keyId' in decision ? decision.keyId : ''}${outcome === 'deferred' ? ' deferred' : ''}`.trim();
  });
const steps = (happened: readonly UserHappening[]): string[] => told(happened.filter(({ decision }) => decision.action !== 'warn'));

describe('a forecast', () => {
  it('follows one key through rotation, grace and recovery time, and its successor after it', () => {
    expect(told(play([known(fresh([key(OLD, 80)]))], environmentWith({}), 120))).toEqual([
      `3 alice warn ${OLD}`,
      `9 alice warn ${OLD}`,
      `10 alice rotate ${OLD}`,
      `13 alice warn ${OLD}`,
      `19 alice warn ${OLD}`,
      `20 alice disable ${OLD}`,
      `23 alice warn ${OLD}`,
      `29 alice warn ${OLD}`,
      `30 alice delete ${OLD}`,
      `93 alice warn new-key-1`,
      `99 alice warn new-key-1`,
      `100 alice rotate new-key-1`,
      `103 alice warn new-key-1`,
      `109 alice warn new-key-1`,
      `110 alice disable new-key-1`,
      `113 alice warn new-key-1`,
      `119 alice warn new-key-1`,
      `120 alice delete new-key-1`,
    ]);
  });

  /** What a rotator of these settings does to the user, lived through day by day by the tests' own simulation. */
  function lived(keys: readonly AccessKey[], rules: RotationRules): string[] {
    const user = new SimulatedUser(keys, policyOf(rules.POLICY));
    const names = new Map<string, string>();
    for (const { at, next } of runsBetween(rules.SCHEDULE, NOW, inDays(WHOLE_DAYS))) {
      user.policy = { ...policyOf(rules.POLICY), ...(next && { nextRun: next }) };
      user.run(at);
      // Whoever used the old key changes over to its successor at once.
      const isUsed = keys.some(({ lastUsed }) => lastUsed !== 'never');
      user.keys = user.keys.map((one) =>
        one.id.startsWith('AKIASUCCESSOR') && one.lastUsed === 'never' && isUsed
          ? { ...one, lastUsed: { at, service: 'x', region: 'x' } }
          : one,
      );
      for (const { id } of user.keys) if (id.startsWith('AKIASUCCESSOR') && !names.has(id)) names.set(id, `new-key-${names.size + 1}`);
    }
    const repeated = ({ action }: { action: string }): boolean => action === 'blocked';
    return user.taken
      .filter((step) => !repeated(step))
      .map(
        ({ at, action, keyId }) => `${Math.round((at.getTime() - NOW.getTime()) / DAY_MS)} alice ${action} ${names.get(keyId) ?? keyId}`,
      );
  }

  const POLICIES = [
    {},
    { profile: 'compliant' },
    { untold: 'proceed' },
    { unusedKeys: 'retire' },
    { whileInUse: 'hold' },
    { schedule: 'cron(0 2 ? * MON *)' },
    { warn: '15d,7d,1d', delete: '140d', disable: '120d' },
  ].map((given) => environmentWith(given));
  const used = fc.constantFrom<AccessKey['lastUsed'][]>('never', { at: daysAgo(1), service: 's3', region: 'eu-west-1' });
  const anyKey = (id: string) =>
    fc
      .record({
        age: fc.integer({ min: 0, max: 500 }),
        status: fc.constantFrom('Active' as const, 'Active' as const, 'Inactive' as const),
        lastUsed: used,
      })
      .map(({ age, status, lastUsed }) => key(id, age, { status, ...(lastUsed !== undefined && { lastUsed }) }));
  const anyKeys = fc.oneof(
    anyKey(OLD).map((one) => [one]),
    fc.tuple(anyKey(OLD), anyKey(NEW)).map((two) => two.map((one) => ({ ...one, lastUsed: two[0].lastUsed ?? 'never' }))),
  );

  it('says what the plan decides when the days are really lived through', () => {
    fc.assert(
      fc.property(anyKeys, fc.constantFrom(...POLICIES), (keys, rules) => {
        const said = steps(play([known(fresh(keys))], rules)).filter((step) => !step.includes(' blocked '));
        expect(said).toEqual(lived(keys, rules));
      }),
      { numRuns: 60 },
    );
  });

  it('goes on from what is known: a grace that has begun, and the date that people were given', () => {
    const facts = userFacts({
      keys: [key(OLD, 94), key(NEW, 4)],
      current: NEW,
      memory: { [OLD]: { told: { disable: { on: midnightIn(8), at: daysAgo(4) } } } },
    });
    expect(steps(play([known(facts)], environmentWith({}), 30))).toEqual([`8 alice disable ${OLD}`, `18 alice delete ${OLD}`]);
  });

  it('names what is blocked once, and goes on when it is free', () => {
    const inactive = key(NEW, 50, { status: 'Inactive' });
    const facts = fresh([key(OLD, 120), inactive]);
    expect(steps(play([known(facts)], environmentWith({}), 62))).toEqual([
      `1 alice blocked ${OLD}`,
      `1 alice note-inactive ${NEW}`,
      `60 alice delete ${NEW}`,
      `61 alice rotate ${OLD}`,
    ]);
  });

  it('takes oldest keys first where a limit allows one a day, and says what is put off once', () => {
    const users = ['young', 'old', 'middle'].map((name, at) => known(fresh([key(OLD, [91, 300, 200][at] ?? 0)]), name));
    expect(steps(play(users, environmentWith({ limits: { rotate: 1 } }), 4))).toEqual([
      `1 old rotate ${OLD}`,
      `1 middle rotate ${OLD} deferred`,
      `1 young rotate ${OLD} deferred`,
      `2 middle rotate ${OLD}`,
      `3 young rotate ${OLD}`,
    ]);
  });

  it('leaves exempt users alone, until a tag ends that', () => {
    const tags = new Map([['key-rotation:exempt-until', inDays(5).toISOString().slice(0, 10)]]);
    const member = { facts: { ...fresh([key(OLD, 200)]), tags, name: 'member' }, isMember: true };
    const forGood = { facts: { ...fresh([key(OLD, 200)]), name: 'for-good' }, isMember: true };
    const path = { ...fresh([key(OLD, 200)]), name: 'path', arn: 'arn:aws:iam::111122223333:user/service/path' };
    const rules = environmentWith({ exemptPaths: '/service/' });
    expect(steps(play([member, forGood, known(path)], rules, 8))).toEqual([`6 member rotate ${OLD}`]);
  });

  it('looks at each run of a policy in minutes', () => {
    const rules = environmentWith({
      rotate: '20m',
      disable: '30m',
      delete: '40m',
      warn: '2m',
      maxHold: '10m',
      schedule: 'rate(5 minutes)',
    });
    const happened = simulate(
      [known(fresh([key(OLD, 1)]))],
      rules,
      runsBetween(rules.SCHEDULE, NOW, new Date(NOW.getTime() + 30 * 60_000)),
    );
    expect(happened.map(({ at, decision }) => `${(at.getTime() - NOW.getTime()) / 60_000} ${decision.action}`)).toEqual([
      '5 rotate',
      '15 disable',
      '25 delete',
      '25 blocked',
      '30 rotate',
    ]);
  });
});
