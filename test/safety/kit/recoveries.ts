import { TEAM } from '../../helpers/sandbox-organization';
import { endState } from './end-state';
import type { Answer, Kit } from './kit';
import type { Scenario } from './scenarios';

/** How the days after a kill go by. */
export interface Recovery {
  name: string;
  /** What happens on the nth day after the kill, from 1; gives the answers that may report no failure. */
  play: (kit: Kit, day: number) => Promise<Answer[]>;
  /** What is not as it has to be, given the end state of the undisturbed run at the same time. */
  compare: (kit: Kit, undisturbed: readonly string[]) => string[];
}

/** Daily runs; a command is given again on the first day, once before the daily run and once after it; or a person makes a key. */
export function recoveriesOf({ repeat, user, personInterferes }: Scenario): Recovery[] {
  if (repeat) return [repeatedFirst(repeat), repeatedLater(repeat)];
  const daily: Recovery = { name: 'daily runs', play: (kit) => kit.days(1), compare: compareStates };
  return personInterferes ? [daily, ownKeyMade(user)] : [daily];
}

type Command = (kit: Kit) => Promise<Answer>;

const repeatedFirst = (repeat: Command): Recovery => ({
  name: 'the command again, daily runs',
  play: async (kit, day) => {
    if (day > 1) return kit.days(1);
    kit.goToDay(kit.day + 1);
    return [await repeat(kit), await kit.daily()];
  },
  compare: compareStates,
});

const repeatedLater = (repeat: Command): Recovery => ({
  name: 'a daily run, the command again',
  play: async (kit, day) => [...(await kit.days(1)), ...(day === 1 ? [await repeat(kit)] : [])],
  compare: compareStates,
});

/**
 * Where there is room, the user makes a second key before the first run, and uses it: nobody may take it for the one that the kill left
 * behind, nor for one that nobody needs.
 */
function ownKeyMade(user: string): Recovery {
  let own: string | undefined;
  return {
    name: 'a person makes a key, daily runs',
    play: async (kit, day) => {
      if (day > 1) return kit.days(1);
      const people = kit.sandbox.people(TEAM.id);
      const { keys } = people.user(user);
      kit.goToDay(kit.day + 1);
      own = keys.length < 2 ? people.createKey(user).id : undefined;
      if (own !== undefined) people.useKey(user, own);
      return [await kit.daily()];
    },
    compare: (kit, undisturbed) => {
      if (own === undefined) return compareStates(kit, undisturbed);
      const kept = kit.org.user(TEAM, user).keys.some(({ id, status }) => id === own && status === 'Active');
      const intents = endState(kit).filter((line) => line.includes('open intents') && !line.endsWith(': 0'));
      return [...(kept ? [] : ["the person's own key is not active any more"]), ...intents];
    },
  };
}

function compareStates(kit: Kit, expected: readonly string[]): string[] {
  const actual = endState(kit);
  const extra = actual.filter((line) => !expected.includes(line));
  const missing = expected.filter((line) => !actual.includes(line));
  return extra.length + missing.length === 0 ? [] : [`there is [${extra.join('; ')}] in place of [${missing.join('; ')}]`];
}
