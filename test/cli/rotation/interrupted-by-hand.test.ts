import { environmentWith } from '../../../cli/rotation/settings';
import { stepByStep } from '../../../cli/rotation/operations/rotate-by-steps';
import type { Rotated } from '../../../cli/rotation/operations/rotate';
import { keysSandbox } from '../../helpers/keys-sandbox';
import { killedEverywhere, Mortal } from '../../helpers/mortal';
import { MANAGEMENT } from '../../helpers/sandbox-organization';

const keysOf = keysSandbox({ direct: true });
const DAY_MS = 86_400_000;
const environment = environmentWith({ whileInUse: 'hold' });
const clock = (): Date => keysOf().sandbox.clock.now();
const idsOf = (user: string): string[] => Object.keys(keysOf().keysOf(user));

/** Takes the step that is due, as the command does once a person has said yes. */
async function step(mortal: Mortal, user: string): Promise<Rotated | undefined> {
  const { due, go } = await stepByStep(mortal.session(keysOf().sandbox, MANAGEMENT.id), user, { environment, clock });
  return due.length === 0 ? undefined : go();
}
const laterBy = (days: number): void => {
  keysOf().sandbox.clock.set(new Date(clock().getTime() + days * DAY_MS));
};

/** Again on the next day, until nothing is due. */
async function goOn(user: string): Promise<void> {
  laterBy(1);
  while (await step(new Mortal(), user));
}

it('a rotation by hand, killed at any call of its first step, leaves no key but the old one and one that is stored', async () => {
  const seen = await killedEverywhere(
    (nth) => {
      keysOf().user(`alice-${nth}`, [{ days: 40, usedDaysAgo: 1 }]);
      return { user: `alice-${nth}`, old: idsOf(`alice-${nth}`)[0] ?? '' };
    },
    (mortal, { user }) => step(mortal, user),
    async ({ user, old }) => {
      await goOn(user);
      const [first, successor, ...more] = idsOf(user);
      expect([user, first, more, keysOf().storedKeyOf(user)]).toEqual([user, old, [], successor]);
      expect(keysOf().keysOf(user)[old]).toBe('Active');
    },
  );
  expect(seen).toBeGreaterThan(15);
});

it.each([
  ['deactivate', ['Inactive', 'Active']],
  ['delete', ['Active']],
] as const)('and so its step %s, killed at any call, is done by the next command', async (name, statuses) => {
  const begin = keysOf().sandbox.snapshot();
  const seen = await killedEverywhere(
    () => {
      keysOf().sandbox.restore(begin);
      keysOf().user('alice', [{ days: 40, usedDaysAgo: 1 }]);
      return 'alice';
    },
    async (mortal, user) => {
      await step(new Mortal(), user);
      laterBy(11);
      if (name === 'delete') {
        await step(new Mortal(), user);
        laterBy(11);
      }
      await step(mortal, user);
    },
    async (user) => {
      await goOn(user);
      expect([name, Object.values(keysOf().keysOf(user))]).toEqual([name, statuses]);
    },
  );
  expect(seen).toBeGreaterThan(5);
});
