/** The beginning of the id of a run that starts at this moment; ids sort by it. */
export function runTime(at: Date): string {
  return `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** A run's id: sorts by time, and names the invocation that began it; `manual` marks an account rotated by hand. */
export function runIdFor(now: Date, requestId: string, manual = false): string {
  return `${manual ? 'manual-' : ''}${runTime(now)}-${requestId.slice(0, 8)}`;
}
