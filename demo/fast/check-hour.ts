import type { KeyLife } from './key-lives';
import { MINUTE_MS, RULE, type Program } from './organization';

/** A check and the sentence about it. */
type Check = readonly [good: boolean, text: string];

/** What one program went through. */
export interface ProgramOutcome {
  program: Pick<Program, 'user' | 'fetches'>;
  /** The keys of its user, oldest first. */
  lives: readonly KeyLife[];
  /** Key id → until when it was promised to work. */
  promised: ReadonlyMap<string, Date>;
  calls: number;
  failures: readonly string[];
}

/** Everything the self-check looks at. */
export interface HourOutcome {
  /** Minutes in which programs worked. */
  minutes: number;
  programs: readonly ProgramOutcome[];
  keysFetched: number;
  handOutEvents: number;
  /** What was answered to clients that asked for others' users. */
  strangers: readonly string[];
  /** What the daily run did about users: `user action`. */
  daily: readonly string[];
  ordinary: string;
  denied: number;
  changes: number;
  broken: number;
}

/** The first run after its time takes a step, a minute later at most, and has some seconds for it. */
const LATEST_MS = MINUTE_MS + 15_000;
/** IAM's dates have no fractions of a second. */
const EARLIEST_MS = -1_000;

/** The checks of the hour, in the order in which they are shown. */
export function checksOf(hour: HourOutcome): Check[] {
  const { programs, minutes, strangers, keysFetched, handOutEvents, ordinary, daily } = hour;
  const calls = sum(programs.map((one) => one.calls));
  const failures = sum(programs.map((one) => one.failures.length));
  const pauses = stepsOf(programs);
  const promises = programs.flatMap(({ lives, promised }) => [...promised].map(([id, until]) => keptPromise(lives, id, until)));
  const users = new Set(programs.map(({ program }) => program.user));
  const touched = daily.filter((line) => users.has(line.split(' ')[0] ?? '') && !line.endsWith(' skip'));
  return [
    [
      failures === 0 && calls === minutes * programs.length,
      `${programs.length} programs made a signed call in each of ${minutes} minutes: ${calls} calls, ${failures} failures`,
    ],
    stepCheck('a new key every 10 minutes', pauses.rotated, RULE.rotateMs),
    stepCheck('the old one off 2 minutes after its successor', pauses.disabled, RULE.disableGraceMs),
    stepCheck('and gone 3 minutes after that', pauses.deleted, RULE.deleteGraceMs),
    [
      promises.length > 0 && promises.every(Boolean),
      `${promises.length} times a key was promised until ExpiresAt; none was off before (${promises.filter((kept) => !kept).length} were)`,
    ],
    [
      keysFetched > 0 && handOutEvents === keysFetched,
      `each of ${keysFetched} keys that the API handed out is an event (${handOutEvents} events)`,
    ],
    [
      strangers.length > 0 && strangers.every((answer) => answer === '404 no-such-user'),
      `${strangers.length} times a client asked for a user who is not its own, or does not exist: ${countsOf(strangers)}`,
    ],
    [
      daily.includes(`${ordinary} rotate`) && touched.length === 0,
      `the daily run came in between: it rotated ${ordinary}, and left the policy's users to the policy (${touched.length} touched)`,
    ],
    [hour.denied === 0, `nothing was denied that the synthesized policies should have allowed (${hour.denied} denied)`],
    [hour.broken === 0, `no never-rule was broken in ${hour.changes} changes to IAM (${hour.broken} broken)`],
  ];
}

/** How long after what it counts from each step was taken, in milliseconds. */
function stepsOf(programs: readonly ProgramOutcome[]): { rotated: number[]; disabled: number[]; deleted: number[] } {
  const steps: { rotated: number[]; disabled: number[]; deleted: number[] } = { rotated: [], disabled: [], deleted: [] };
  for (const { lives } of programs) {
    for (const [index, { created, disabled, deleted }] of lives.entries()) {
      const successor = lives[index + 1];
      if (successor) steps.rotated.push(between(created, successor.created));
      if (disabled) steps.disabled.push(successor ? between(successor.created, disabled) : -Infinity);
      if (deleted) steps.deleted.push(disabled ? between(disabled, deleted) : -Infinity);
    }
  }
  return steps;
}

function stepCheck(what: string, pauses: readonly number[], due: number): Check {
  const wrong = pauses.filter((pause) => pause < due + EARLIEST_MS || pause > due + LATEST_MS);
  return [pauses.length > 0 && wrong.length === 0, `${what}, by the first run then: ${pauses.length} times, ${rangeOf(pauses)}`];
}

/** `after 3.0 minutes`, `after 2.1 to 3.0 minutes`. */
function rangeOf(pauses: readonly number[]): string {
  const [least, most] = [minutesOf(Math.min(...pauses)), minutesOf(Math.max(...pauses))];
  return pauses.length === 0 ? 'never' : `after ${least === most ? least : `${least} to ${most}`} minutes`;
}

/** A key that is still on at the end has kept it. */
function keptPromise(lives: readonly KeyLife[], id: string, until: Date): boolean {
  const life = lives.find((one) => one.id === id);
  return life !== undefined && (life.disabled === undefined || life.disabled >= until);
}

/** `24 × 404 no-such-user`. */
export function countsOf(answers: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return [...counts].map(([answer, times]) => `${times} × ${answer}`).join(', ');
}

const between = (from: Date, to: Date): number => to.getTime() - from.getTime();
const minutesOf = (ms: number): string => (ms / MINUTE_MS).toFixed(1);
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
