import { GetScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import { errorFacts, RotationError } from '../../lambda/shared/errors';
import { DAY_MS } from '../../lambda/shared/period';
import type { Deployment } from '../deployment/deployment';
import { fine, problem, type Finding } from './finding';

/** A schedule as it is now. */
export interface Schedule {
  name: string;
  /** Undefined when somebody has deleted it. */
  state: string | undefined;
  expression: string;
}

/** Reads one schedule of the default group. */
export async function readSchedule(scheduler: SchedulerClient, name: string): Promise<Schedule> {
  try {
    const { State, ScheduleExpression = '' } = await scheduler.send(new GetScheduleCommand({ Name: name }));
    if (State === undefined) throw new RotationError(`Scheduler did not say whether the schedule ${name} is enabled`);
    return { name, state: State, expression: ScheduleExpression };
  } catch (error) {
    if (errorFacts(error).error === 'ResourceNotFoundException') return { name, state: undefined, expression: '' };
    throw error;
  }
}

/** Whether a schedule fires; `npm run resume` enables the one that starts runs, and nothing else. */
export function checkSchedule(
  { name, state, expression }: Schedule,
  { orchestrator }: Pick<Deployment, 'orchestrator'>,
  { resume, restore }: { resume: string; restore: string },
): Finding {
  const check = `schedule ${name}`;
  if (state === 'ENABLED') return fine(check, `fires at ${expression} (UTC)`);
  if (state === undefined) return problem(check, 'it is gone', restore);
  const says = `it is ${state.toLowerCase()}: nothing starts by itself`;
  return problem(check, says, name === orchestrator ? resume : restore);
}

const UNITS: Readonly<Record<string, number>> = { minute: DAY_MS / 1440, hour: DAY_MS / 24, day: DAY_MS };

/** The longest time between two firings, in milliseconds, rounded up to the field that limits it: a day, a week, a month or a year. */
export function longestPause(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count !== undefined) return Number(count) * (UNITS[unit ?? ''] ?? DAY_MS);
  const [, , dayOfMonth = '*', month = '*', dayOfWeek = '*', year = '*'] = /^cron\((.+)\)$/.exec(expression)?.[1]?.split(' ') ?? [];
  const limited = (field: string): boolean => field !== '*' && field !== '?';
  if (limited(month) || limited(year)) return 366 * DAY_MS;
  if (limited(dayOfMonth)) return 31 * DAY_MS;
  return limited(dayOfWeek) ? 7 * DAY_MS : DAY_MS;
}
