/** More of the same nobody reads. */
const MOST = 5;

/** The first few, and how many more there are. */
export function listed(items: readonly string[]): string {
  const more = items.length - MOST;
  return `${items.slice(0, MOST).join('; ')}${more > 0 ? `; and ${more.toLocaleString('en-US')} more` : ''}`;
}
