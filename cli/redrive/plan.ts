import { errorFacts, RotationError } from '../../lambda/shared/errors';
import { parseOrchestratorEvent, parseReporterEvent, parseRotatorEvent, type RotatorEvent } from '../../lambda/shared/events';
import type { FailedEvent } from './failed-events';

/** The functions whose events can be run again. */
export interface Functions {
  orchestrator: string;
  rotator: string;
  reporter: string;
}

/** One invocation that runs events again. */
export interface Again {
  functionName: string;
  payload: object;
  events: FailedEvent[];
}

/** What to invoke, and which events stay where they are, with the reason. */
export interface Plan {
  again: Again[];
  left: { event: FailedEvent; why: string }[];
}

/** What an event of the rotator asks the orchestrator for; its run is over, so that the orchestrator begins a new one. */
function ofAccount({ account, ForceRotate, dryrun }: RotatorEvent): object {
  const dry = dryrun === true ? { dryrun } : {};
  return ForceRotate === undefined ? { accounts: [account], ...dry } : { account, ForceRotate, ...dry };
}

function invocationOf({ functionName, payload }: FailedEvent, { orchestrator, rotator, reporter }: Functions): Omit<Again, 'events'> {
  const refuseCheck = <T extends object>(event: T): T => {
    if ('check' in event) throw new RotationError('it was a check: ask again with npm run doctor');
    return event;
  };
  switch (functionName) {
    case rotator:
      return { functionName: orchestrator, payload: ofAccount(refuseCheck(parseRotatorEvent(payload))) };
    case orchestrator:
      return { functionName, payload: refuseCheck(parseOrchestratorEvent(payload)) };
    case reporter:
      return { functionName, payload: parseReporterEvent(payload) };
    default:
      throw new RotationError('it is of no function that can be run again');
  }
}

/** Joins invocations for single accounts into one run; equal ones are made once. */
function join(into: Again[], { functionName, payload, events }: Again): void {
  const listed = (value: object): string[] => ('accounts' in value && Array.isArray(value.accounts) ? (value.accounts as string[]) : []);
  const rest = (value: object): string => JSON.stringify({ ...value, accounts: listed(value).length > 0 });
  const same = into.find((one) => one.functionName === functionName && rest(one.payload) === rest(payload));
  if (!same) {
    into.push({ functionName, payload, events });
    return;
  }
  same.events.push(...events);
  const accounts = [...new Set([...listed(same.payload), ...listed(payload)])];
  if (accounts.length > 0) same.payload = { ...same.payload, accounts };
}

/** Events of accounts become one run, or two when some were dry runs; the others are repeated as they were, each once. */
export function planRedrive(events: readonly FailedEvent[], functions: Functions): Plan {
  const plan: Plan = { again: [], left: [] };
  for (const event of events) {
    try {
      join(plan.again, { ...invocationOf(event, functions), events: [event] });
    } catch (error) {
      plan.left.push({ event, why: errorFacts(error).message });
    }
  }
  return plan;
}
