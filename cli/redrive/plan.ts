import { errorFacts, InvalidEventError, RotationError } from '../../lambda/shared/errors';
import { parseOrchestratorEvent, parseReporterEvent, parseRotatorEvent, type RotatorEvent } from '../../lambda/shared/events';
import type { FailedEvent } from './failed-events';

/** The functions whose events can be run again. */
export interface Functions {
  orchestrator: string;
  rotator: string;
  reporter: string;
  /** Absent in deployments of older versions. */
  mailEvents?: string;
}

/** One invocation that runs events again. */
export interface Again {
  functionName: string;
  payload: object;
  events: FailedEvent[];
}

/** An event that is not run again, and why. */
interface NotAgain {
  event: FailedEvent;
  why: string;
}

/** What to invoke, which events are refused for good, and which are not ours and stay where they are. */
export interface Plan {
  again: Again[];
  refused: NotAgain[];
  left: NotAgain[];
}

/** Refusals do not pass by waiting: what was asked for has to be asked for differently. */
const FINAL = new Set(['InvalidEventError', 'AccountNotRotatedError', 'ForceRotateRefusedError']);

/** Whether an error says that the event itself was refused, so that running it again is of no use. */
export const isFinal = (error: unknown): boolean => FINAL.has(errorFacts(error).error);

/**
 * How an event of the rotator is run again: by the orchestrator, since its run is over. A forced rotation that was refused is asked of the
 * rotator itself, whose answer says at once whether it is refused again.
 */
function ofRotator(event: RotatorEvent, reason: string, { orchestrator, rotator }: Functions): Omit<Again, 'events'> {
  const { account, email, name, ForceRotate, dryrun } = event;
  const dry = dryrun === true ? { dryrun } : {};
  if (ForceRotate === undefined) return { functionName: orchestrator, payload: { accounts: [account], ...dry } };
  if (!reason.startsWith('ForceRotateRefusedError')) return { functionName: orchestrator, payload: { account, ForceRotate, ...dry } };
  return { functionName: rotator, payload: { account, email, name, ForceRotate, ...dry } };
}

function invocationOf({ functionName, payload, reason }: FailedEvent, functions: Functions): Omit<Again, 'events'> {
  const refuseCheck = <T extends object>(event: T): T => {
    if ('check' in event) throw new InvalidEventError('it was a check: ask again with npm run doctor');
    return event;
  };
  switch (functionName) {
    case functions.rotator:
      return ofRotator(refuseCheck(parseRotatorEvent(payload)), reason, functions);
    case functions.orchestrator:
      return { functionName, payload: refuseCheck(parseOrchestratorEvent(payload)) };
    case functions.reporter:
      return { functionName, payload: parseReporterEvent(payload) };
    case functions.mailEvents:
      return { functionName, payload: requireObject(payload) };
    default:
      throw new RotationError('it is of no function that can be run again');
  }
}

function requireObject(payload: unknown): object {
  if (typeof payload === 'object' && payload !== null) return payload;
  throw new InvalidEventError('its event is no object');
}

const accountsOf = (payload: object): string[] =>
  'accounts' in payload && Array.isArray(payload.accounts) ? (payload.accounts as string[]) : [];

/** Joins invocations for single accounts into one run; equal ones are made once. */
function join(into: Again[], { functionName, payload, events }: Again): void {
  const rest = (value: object): string => JSON.stringify({ ...value, accounts: accountsOf(value).length > 0 });
  const same = into.find((one) => one.functionName === functionName && rest(one.payload) === rest(payload));
  if (!same) {
    into.push({ functionName, payload, events });
    return;
  }
  same.events.push(...events);
  const accounts = [...new Set([...accountsOf(same.payload), ...accountsOf(payload)])];
  if (accounts.length > 0) same.payload = { ...same.payload, accounts };
}

/** Events of accounts become one run, or two when some were dry runs; the others are repeated as they were, each once. */
export function planRedrive(events: readonly FailedEvent[], functions: Functions): Plan {
  const plan: Plan = { again: [], refused: [], left: [] };
  for (const event of events) {
    try {
      join(plan.again, { ...invocationOf(event, functions), events: [event] });
    } catch (error) {
      plan[isFinal(error) ? 'refused' : 'left'].push({ event, why: errorFacts(error).message });
    }
  }
  return plan;
}

/**
 * What is left of an invocation that was refused because of some accounts, and the events of those accounts; all events are refused when
 * the refusal names none of several accounts, or there was only one.
 */
export function withoutRefused(
  { payload, events }: Pick<Again, 'payload' | 'events'>,
  refusal: string,
  functions: Functions,
): { again: Again[]; refused: FailedEvent[] } {
  const named = new Set(accountsOf(payload).filter((id) => refusal.includes(id)));
  const isRefused = ({ payload: asked }: FailedEvent): boolean => {
    const ids = typeof asked === 'object' && asked !== null ? ('account' in asked ? [asked.account] : accountsOf(asked)) : [];
    return ids.some((id) => typeof id === 'string' && named.has(id));
  };
  const refused = events.filter(isRefused);
  const rest = events.filter((event) => !isRefused(event));
  if (refused.length === 0 || rest.length === 0) return { again: [], refused: events };
  return { again: planRedrive(rest, functions).again, refused };
}
