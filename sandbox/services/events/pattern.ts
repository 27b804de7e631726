/** Why a pattern cannot be used: it asks in a way that the sandbox does not know, or EventBridge does not take. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/**
 * Whether an event matches a rule's pattern; throws a PatternError for what the sandbox does not know, so that nothing is taken for a match
 * that EventBridge would not take: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function matches(pattern: Record<string, unknown>, event: unknown): boolean {
  return Object.entries(pattern)
    .map(([key, wanted]) => fits(key, wanted, isObject(event) ? event[key] : undefined))
    .every(Boolean);
}

function fits(key: string, wanted: unknown, value: unknown): boolean {
  if (Array.isArray(wanted)) {
    if (wanted.length === 0) throw new PatternError(`${key}: an empty list matches nothing`);
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return wanted.map((one) => values.some((given) => equals(key, one, given))).some(Boolean);
  }
  if (isObject(wanted)) return matches(wanted, value);
  throw new PatternError(`${key}: must be a list or an object`);
}

function equals(key: string, wanted: unknown, value: unknown): boolean {
  if (!isObject(wanted)) return wanted === value;
  const [[operator, operand] = ['', undefined], ...others] = Object.entries(wanted);
  if (others.length === 0 && operator === 'exists' && typeof operand === 'boolean') return (value !== undefined) === operand;
  if (others.length === 0 && operator === 'prefix' && typeof operand === 'string')
    return typeof value === 'string' && value.startsWith(operand);
  if (others.length === 0 && operator === 'anything-but' && Array.isArray(operand)) return value !== undefined && !operand.includes(value);
  throw new PatternError(`${key}: the sandbox does not know ${JSON.stringify(wanted)}`);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
