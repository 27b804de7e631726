import type { Statement } from '../kernel/world';
import { expand, fits, like, type Facts, type Template } from './patterns';

type Test = (wanted: Template, value: string) => boolean;
const number =
  (compare: (value: number, wanted: number) => boolean): Test =>
  (wanted, value) =>
    compare(Number(value), Number(wanted.text));
const date =
  (compare: (value: number, wanted: number) => boolean): Test =>
  (wanted, value) =>
    compare(moment(value), moment(wanted.text));

const tests: Readonly<Record<string, Test>> = {
  StringEquals: (wanted, value) => wanted.text === value,
  StringEqualsIgnoreCase: (wanted, value) => wanted.text.toLowerCase() === value.toLowerCase(),
  StringLike: fits,
  ArnEquals: arnLike,
  ArnLike: arnLike,
  Bool: (wanted, value) => wanted.text.toLowerCase() === value.toLowerCase(),
  NumericEquals: number((value, wanted) => value === wanted),
  NumericLessThan: number((value, wanted) => value < wanted),
  NumericLessThanEquals: number((value, wanted) => value <= wanted),
  NumericGreaterThan: number((value, wanted) => value > wanted),
  NumericGreaterThanEquals: number((value, wanted) => value >= wanted),
  DateEquals: date((value, wanted) => value === wanted),
  DateLessThan: date((value, wanted) => value < wanted),
  DateLessThanEquals: date((value, wanted) => value <= wanted),
  DateGreaterThan: date((value, wanted) => value > wanted),
  DateGreaterThanEquals: date((value, wanted) => value >= wanted),
};
const negations: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

/**
 * True when every condition of a statement holds:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html; throws on an operator that is not
 * emulated.
 */
export function conditionsHold(condition: Statement['Condition'], facts: Facts, variables: boolean): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      holds(operator, facts.get(key.toLowerCase()), [wanted].flat().map(String), facts, variables),
    ),
  );
}

function holds(full: string, have: readonly string[] | undefined, wanted: readonly string[], facts: Facts, variables: boolean): boolean {
  const [, set, operator = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(full) ?? [];
  if (operator === 'Null') return (have === undefined) === (wanted[0]?.toLowerCase() === 'true');
  const opposite = negations[operator];
  const test = tests[opposite ?? operator];
  if (test === undefined) throw new Error(`condition operator ${full} is not supported by the sandbox`);
  const negated = opposite !== undefined;
  if (have === undefined) return ifExists !== undefined || set === 'ForAllValues' || (negated && set === undefined);
  const templates = wanted.map((text) => expand(text, facts, variables));
  const one = (value: string): boolean => templates.some((template) => template !== undefined && test(template, value)) !== negated;
  return set === 'ForAllValues' || (set === undefined && negated) ? have.every(one) : have.some(one);
}

/** ARNs compare in six parts, so that a wildcard does not cross a colon before the last. */
function arnLike(wanted: Template, value: string): boolean {
  const pattern = wanted.text.split(':');
  const parts = value.split(':');
  if (pattern.length < 6 || parts.length < 6) return false;
  const lastOf = (all: string[]): string => all.slice(5).join(':');
  return pattern.slice(0, 5).every((part, index) => like(part, parts[index] ?? '')) && like(lastOf(pattern), lastOf(parts));
}

/** ISO 8601 or epoch seconds, in milliseconds. */
function moment(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}
