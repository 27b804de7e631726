import { DroppedConnection, type Fault } from '../../../sandbox/kernel/faults';
import type { Observer } from '../../../sandbox/kernel/observe';
import type { CallRecord } from '../../../sandbox/kernel/world';
import type { Answer, Kit } from './kit';

/** One call of an invocation, recognized in any order of arrival: the nth one of an operation about the same user, key or secret. */
export interface CallPoint {
  service: string;
  operation: string;
  /** Whom or what the call is about; empty for the account as a whole. */
  subject: string;
  /** From 1. */
  occurrence: number;
}

/** `before`: the call has no effect; `after`: it has, and nobody hears of it. */
export type When = 'before' | 'after';

/** A call as people name it. */
export const nameOf = ({ service, operation, subject, occurrence }: CallPoint): string =>
  `${service}:${operation}(${subject})${occurrence > 1 ? ` #${occurrence}` : ''}`;

function subjectOf(input: Readonly<Record<string, unknown>>): string {
  const { Destination } = input as { Destination?: { ToAddresses?: string[] } };
  const subject = input['UserName'] ?? input['SecretId'] ?? input['Name'] ?? input['AccessKeyId'] ?? Destination?.ToAddresses?.join();
  return typeof subject === 'string' ? subject : '';
}

/** The calls that functions made over the network since the kit was restored, in order of arrival. */
export function callPoints(calls: readonly CallRecord[]): CallPoint[] {
  const counts = new Map<string, number>();
  return calls
    .filter(({ invocation, service }) => invocation !== undefined && service !== 'logs')
    .map(({ service, operation, input }) => {
      const subject = subjectOf(input);
      const id = `${service}:${operation}(${subject})`;
      counts.set(id, (counts.get(id) ?? 0) + 1);
      return { service, operation, subject, occurrence: counts.get(id) ?? 1 };
    });
}

/**
 * Makes one synchronous run whose process is killed (SIGKILL) by one of its calls; nothing that the process has sent after that call takes
 * effect. False when the run ended without that call. Throws when the kill did not do exactly what `when` says.
 */
export async function killedAt(kit: Kit, point: CallPoint, when: When, run: () => Promise<Answer>): Promise<boolean> {
  const { sandbox } = kit;
  const { service, operation } = point;
  let seen = 0;
  let target: Record<string, unknown> | undefined;
  const done = { killed: 0, served: false };
  const isTarget = (input: Record<string, unknown>): boolean => {
    if (target || subjectOf(input) !== point.subject) return false;
    seen += 1;
    if (seen < point.occurrence) return false;
    target = input;
    return when === 'before';
  };
  const kill = (): void => {
    done.killed = kit.killRotator();
  };
  const killBefore = (): void => {
    kill();
    throw new DroppedConnection('the process was killed');
  };
  const faults: Fault[] = [
    sandbox.faults.add({ match: { input: () => done.killed > 0 }, when: 'before', then: { kind: 'drop' } }),
    sandbox.faults.add({ match: { service, operation, input: isTarget }, when: 'before', then: { kind: 'call', run: killBefore } }),
  ];
  // The process dies while the call is being served, so that a refusal is heard by nobody, either.
  const observer: Observer = {
    before: ({ input }) => {
      if (input !== target) return;
      done.served = true;
      kill();
    },
  };
  sandbox.kernel.observers.add(observer);
  try {
    const { error } = await kit.disturbing(run);
    if (!target) return false;
    const { killed, served } = done;
    if (killed !== 1 || error?.errorType !== 'Runtime.ExitError' || served !== (when === 'after')) {
      const facts = `${killed} processes were killed, the call was served: ${served}, the invocation ended with ${error?.errorType ?? 'a result'}`;
      throw new Error(`could not kill just ${when} ${nameOf(point)}: ${facts}`);
    }
    return true;
  } finally {
    sandbox.kernel.observers.delete(observer);
    for (const fault of faults) sandbox.faults.remove(fault);
  }
}
