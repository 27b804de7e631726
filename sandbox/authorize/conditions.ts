import type { Statement } from '../kernel/world';
import { expand, like, remembering, type Facts, type Template } from './patterns';

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
  StringLike: (wanted, value) => wanted.fits(value),
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
  return condition === undefined || partsOf(condition).every((part) => holds(part, facts.get(part.key), facts, variables));
}

/** An operator such as `ForAnyValue:StringNotLikeIfExists`, taken apart. */
interface Operator {
  set: string | undefined;
  ifExists: boolean;
  /** True when it says the opposite of its test. */
  negated: boolean;
  /** Absent for `Null`. */
  test: Test | undefined;
}

/** One key of a condition. */
interface Part {
  operator: Operator;
  /** In lower case. */
  key: string;
  wanted: readonly string[];
}

const operatorOf = remembering((full): Operator => {
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(full) ?? [];
  const opposite = negations[name];
  const test = tests[opposite ?? name];
  if (test === undefined && name !== 'Null') throw new Error(`condition operator ${full} is not supported by the sandbox`);
  return { set, ifExists: ifExists !== undefined, negated: opposite !== undefined, test };
});

/** Conditions are taken apart once; whoever changes a policy gives its statement another condition. */
const known = new WeakMap<object, readonly Part[]>();

function partsOf(condition: NonNullable<Statement['Condition']>): readonly Part[] {
  let parts = known.get(condition);
  if (parts) return parts;
  parts = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]): Part => ({
      operator: operatorOf(operator),
      key: key.toLowerCase(),
      wanted: [wanted].flat().map(String),
    })),
  );
  known.set(condition, parts);
  return parts;
}

function holds({ operator, wanted }: Part, have: readonly string[] | undefined, facts: Facts, variables: boolean): boolean {
  const { set, ifExists, negated, test } = operator;
  if (test === undefined) return (have === undefined) === (wanted[0]?.toLowerCase() === 'true');
  if (have === undefined) return ifExists || set === 'ForAllValues' || (negated && set === undefined);
  const one = (value: string): boolean => {
    const some = wanted.some((text) => {
      const template = expand(text, facts, variables);
      return template !== undefined && test(template, value);
    });
    return some !== negated;
  };
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
