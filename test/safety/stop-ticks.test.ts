import { fastOrganization, goTo, GROUP, MINUTE, tick, ticks } from '../helpers/fast-policy';
import { KeyConsumer } from '../helpers/key-consumer';
import { START, TEAM, type TestOrganization } from '../helpers/sandbox-organization';

/** An intent keeps others away for 15 minutes, and a lost key is seen to by the first run after that. */
const RECOVERY_MINUTES = 19;
const USABLE_MS = 2 * MINUTE;

let org: TestOrganization;
beforeAll(async () => {
  org = await fastOrganization();
}, 120_000);
afterAll(() => org.stop());

/** What the run under test does, at a minute after START, and how old the user's one key is at START. */
interface Kind {
  name: string;
  at: number;
  does: string;
  minutesOld: number;
  /** The daily run follows the killed one at once. */
  daily?: true;
}

const KINDS: readonly Kind[] = [
  { name: 'a first key, into both secrets', at: 10, does: 'rotate done', minutesOld: 0 },
  { name: 'a key in turn', at: 20, does: 'rotate done', minutesOld: 0 },
  { name: 'a key in turn, and the daily run after it', at: 20, does: 'rotate done', minutesOld: 0, daily: true },
  { name: 'a disabling', at: 13, does: 'disable done', minutesOld: 0 },
  { name: 'a deletion', at: 17, does: 'delete done', minutesOld: 0 },
  { name: 'an old key that its user brought in', at: 1, does: 'rotate done', minutesOld: 100 * 1_440 },
];

it.each(KINDS)(
  'a run that is stopped anywhere leaves a working, delivered key, and the next ones go on: $name',
  async (kind) => {
    const { at, does, minutesOld, daily } = kind;
    org.reset();
    const { sandbox, direct } = org;
    if (!direct) throw new Error('the functions do not run directly');
    direct.hooks = {};
    const people = sandbox.people(TEAM.id);
    people.addUser({ name: 'bot', groups: [GROUP] });
    people.addAccessKey('bot', { created: new Date(START.getTime() - minutesOld * MINUTE), lastUsed: START });
    await ticks(org, 1, at - 1);
    org.disturbed = true;
    const firstKey = people.user('bot').keys.findLast(({ status }) => status === 'Active')?.id ?? '';
    const began = { snapshot: sandbox.snapshot(), rules: org.rules.save() };
    const problems: string[] = [];
    let points = 0;
    for (let point = 1; ; point += 1) {
      sandbox.restore(began.snapshot);
      direct.discard();
      org.rules.load(began.rules);
      const consumer = new KeyConsumer(sandbox, { account: TEAM, name: 'bot', firstKey }, { usableMs: USABLE_MS, random: () => 0.4 });
      let calls = 0;
      let killed = 0;
      direct.hooks = {
        async before() {
          calls += 1;
          if (calls === point) killed = org.killRotator();
          await consumer.step();
        },
      };
      goTo(org, at);
      const did = await tick(org).then(
        ({ users }) => users.flatMap(({ actions }) => actions.map(({ action, outcome }) => `${action} ${outcome}`)),
        () => [],
      );
      if (killed === 0) {
        expect(did).toContain(does);
        break;
      }
      points += 1;
      calls = Infinity;
      if (daily) await org.rotate(TEAM);
      const after = await ticks(org, at + 1, at + RECOVERY_MINUTES);
      const story = `killed before call ${point}`;
      problems.push(...org.rules.broken.map(({ rule, story: what }) => `${story}: ${rule}: ${what}`));
      problems.push(...consumer.broken.map((line) => `${story}: ${line}`));
      problems.push(...after.filter((line) => line.includes('FAILED')).map((line) => `${story}: ${line}`));
      if (!after.some((line) => / (rotate|disable|delete) done$/.test(line)) && minutesOld === 0)
        problems.push(`${story}: nothing goes on: ${after.join(', ')}`);
      org.rules.broken.length = 0;
    }
    direct.hooks = {};
    expect(problems).toEqual([]);
    expect(points).toBeGreaterThan(5);
  },
  300_000,
);
