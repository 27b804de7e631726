/** An event pattern of EventBridge, as far as the documents use them: values, `anything-but`, `exists`, `prefix`. */
export type Pattern = { readonly [key: string]: Pattern | readonly Condition[] };
type Condition = string | number | boolean | null | { exists: boolean } | { prefix: string } | { 'anything-but': readonly unknown[] };

function holds(condition: Condition, value: unknown): boolean {
  if (typeof condition !== 'object' || condition === null) return condition === value;
  if ('exists' in condition) return condition.exists === (value !== undefined);
  if ('prefix' in condition) return typeof value === 'string' && value.startsWith(condition.prefix);
  if ('anything-but' in condition) return value !== undefined && !condition['anything-but'].includes(value);
  throw new Error(`a condition that is not known here: ${JSON.stringify(condition)}`);
}

/** Whether an event matches: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
export function matches(pattern: Pattern, event: object): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = (event as Record<string, unknown>)[key];
    if (Array.isArray(wanted)) return (wanted as readonly Condition[]).some((condition) => holds(condition, value));
    return matches(wanted as Pattern, typeof value === 'object' && value !== null ? value : {});
  });
}
