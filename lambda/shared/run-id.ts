/** A run's id: sorts by time, and names the invocation that began it; `manual` marks an account rotated by hand. */
export function runIdFor(now: Date, requestId: string, manual = false): string {
  const time = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return `${manual ? 'manual-' : ''}${time}Z-${requestId.slice(0, 8)}`;
}
