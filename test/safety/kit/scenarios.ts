import { sweepDayOf, TEAM, type KeyStory } from '../../helpers/sandbox-organization';
import { killedAt } from './interrupt';
import type { Answer, Kit } from './kit';

/** A step of the policy with the history that leads to it, played by the product itself, day by day. */
export interface Scenario {
  name: string;
  /** The user, in the account TEAM, whom the run under test is about. */
  user: string;
  /** What that run decides about the user's keys, in order. */
  does: string;
  /** From the freshly deployed organization to the beginning of the day of the run. */
  arrange: (kit: Kit) => void | Promise<void>;
  /** The one invocation under test. */
  run: (kit: Kit) => Promise<Answer>;
  /** The schedule does not repeat an operator's command: whoever gave it gives it again after a failure. */
  repeat?: (kit: Kit) => Promise<Answer>;
  /** Each kill is also followed by days on which the user makes a key of their own. */
  personInterferes?: true;
  /** It is interrupted by the death of a process of its own, too; with SAFETY=whole every scenario is. */
  dies?: true;
  /** Daily runs after which every grace that the run began is over, also when the step was taken two days late. */
  settledAfter: number;
}

type Story = Omit<Scenario, 'run' | 'repeat' | 'settledAfter'>;

const SETTLED = 25;
const live = (ageDays: number): KeyStory => ({ ageDays, usedDaysAgo: 1 });
const off = (ageDays: number): KeyStory => ({ ageDays, status: 'Inactive' });

/** The next run of the schedule. */
const scheduled = (story: Story): Scenario => ({ ...story, run: (kit) => kit.daily(), settledAfter: SETTLED });

/** An operator's forced rotation. */
function forced(story: Story): Scenario {
  const force = (kit: Kit): Promise<Answer> => kit.force(story.user);
  return { ...story, run: force, repeat: force, settledAfter: SETTLED };
}

/** The user has had these keys since the first of these days, on which runs were made; ages are those of day 0, the day of the run. */
function since(user: string, days: readonly number[], keys: readonly KeyStory[]): Scenario['arrange'] {
  return async (kit) => {
    kit.goToDay(days[0] ?? 0);
    kit.org.addUser(TEAM, user, keys);
    for (const day of days) {
      kit.goToDay(day);
      const { error } = await kit.daily();
      if (error) throw new Error(`the run of day ${day} failed: ${error.errorMessage}`);
    }
    kit.goToDay(0);
  };
}

const now = (user: string, keys: readonly KeyStory[]): Scenario['arrange'] => since(user, [], keys);

/** Yesterday's run died after CreateAccessKey: a key exists that nobody has. */
async function loseKey(kit: Kit): Promise<void> {
  kit.goToDay(-1);
  kit.org.addUser(TEAM, 'orphaned', [live(91)]);
  const create = { service: 'iam', operation: 'CreateAccessKey', subject: 'orphaned', occurrence: 1 };
  if (!(await killedAt(kit, create, 'after', () => kit.daily()))) throw new Error('no key was created to be lost');
  kit.goToDay(0);
}

async function enableAgain(kit: Kit): Promise<void> {
  await since('re-enabled', [-15, -5], [live(105)])(kit);
  const [old] = kit.org.user(TEAM, 're-enabled').keys;
  if (old?.status !== 'Inactive') throw new Error('the old key was not disabled');
  kit.sandbox.people(TEAM.id).enableKey('re-enabled', old.id);
}

/** The key of day -50 was fetched and is in use, and its predecessor is gone. */
async function handOver(kit: Kit): Promise<void> {
  await since('handed-over', [-50, -40, -30], [live(140)])(kit);
  kit.org.handOver(TEAM, 'handed-over', { fetchedDaysAgo: 45 });
}

/** Two users, one of them with an owner, on the day when every user is read whatever the credential report says. */
function besideExempt(kit: Kit): void {
  kit.org.addUser(TEAM, 'exempt', [live(400)], { exempt: true });
  kit.org.addUser(TEAM, 'beside-exempt', [live(90)], { owner: 'owner@acme.example' });
  kit.goToDay(sweepDayOf(TEAM));
}

/** Keys issued by schedule. */
export const scheduledIssues: readonly Scenario[] = [
  scheduled({
    name: 'a first issue',
    user: 'first',
    does: 'rotate',
    arrange: now('first', [live(90)]),
    personInterferes: true,
    dies: true,
  }),
  scheduled({
    name: 'a later issue into an existing secret',
    user: 'later',
    does: 'rotate',
    arrange: since('later', [-90, -80, -70], [live(180)]),
  }),
  scheduled({ name: 'a due user beside an exempt one', user: 'beside-exempt', does: 'rotate', arrange: besideExempt }),
];

/** Keys issued by force, and the clean-up after a key that was lost. */
export const forcedIssues: readonly Scenario[] = [
  forced({ name: 'a forced issue', user: 'forced', does: 'rotate', arrange: now('forced', [live(5)]), dies: true }),
  forced({
    name: 'a forced issue for which an inactive key makes room',
    user: 'crowded',
    does: 'rotate',
    arrange: now('crowded', [live(60), off(100)]),
  }),
  scheduled({ name: 'an orphan clean-up', user: 'orphaned', does: 'remove-orphan, forget, rotate', arrange: loseKey, dies: true }),
];

/** Everything that ends a key's life. */
export const endings: readonly Scenario[] = [
  scheduled({ name: 'a disable', user: 'superseded', does: 'disable, wait', arrange: since('superseded', [-10], [live(100)]), dies: true }),
  scheduled({ name: 'a delete', user: 'disabled', does: 'delete, wait', arrange: since('disabled', [-20, -10], [live(110)]), dies: true }),
  scheduled({
    name: 'a notice about two active keys',
    user: 'two-keys',
    does: 'notify, blocked',
    arrange: now('two-keys', [live(200), live(120)]),
    dies: true,
  }),
  scheduled({
    name: 'a disable after a notice',
    user: 'noticed',
    does: 'disable, blocked',
    arrange: since('noticed', [-10], [live(200), live(120)]),
  }),
  scheduled({ name: 'a key that a person re-enabled', user: 're-enabled', does: 'note-reenabled, wait', arrange: enableAgain }),
  scheduled({
    name: 'a key that a person disabled',
    user: 'self-disabled',
    does: 'note-inactive, wait',
    arrange: now('self-disabled', [live(30), off(105)]),
  }),
];

/** What only deployments that delete secrets do. */
export const secretEndings: readonly Scenario[] = [
  scheduled({
    name: 'a secret that is no longer needed',
    user: 'handed-over',
    does: 'delete-secret',
    arrange: handOver,
    dies: true,
    personInterferes: true,
  }),
];
