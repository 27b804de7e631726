/** How ids of runs begin that have no manifest and no summary: those of a rotator that was invoked by hand. */
export const MANUAL = 'manual-';

/** The beginning of the id of a run that starts at this moment; ids sort by it. */
export function runTime(at: Date): string {
  return `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** A run's id: sorts by time, and names the invocation that began it; `manual` marks an account rotated by hand. */
export function runIdFor(now: Date, requestId: string, manual = false): string {
  return `${manual ? MANUAL : ''}${runTime(now)}-${requestId.slice(0, 8)}`;
}

/** Whether it is the id of one account's run that was started by hand, without the orchestrator. */
export const isManual = (runId: string): boolean => runId.startsWith(MANUAL);

/** When a run started, as its id says; undefined for what is no id of a run. */
export function runStart(runId: string): Date | undefined {
  const parts = /^(?:manual-)?(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(runId);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
