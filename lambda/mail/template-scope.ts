/** The values that `this` may stand for at one place of a template, and the place around it. */
export interface Scope {
  /** Every element of a list, or the data as a whole. */
  values: readonly unknown[];
  parent?: Scope;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function step(values: readonly unknown[], name: string): unknown[] | undefined {
  const found = values.map((value) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined));
  return found.includes(undefined) ? undefined : found;
}

/** The scope `depth` levels out; undefined when there is none. */
export function outward(scope: Scope, depth: number): Scope | undefined {
  return depth === 0 || scope.parent === undefined ? (depth === 0 ? scope : undefined) : outward(scope.parent, depth - 1);
}

/** What a path stands for, in every value of the scope; undefined when it is absent in any of them. */
export function lookUp(scope: Scope, parts: readonly string[]): unknown[] | undefined {
  return parts.reduce<unknown[] | undefined>((values, name) => values && step(values, name), [...scope.values]);
}

function pathsIn(value: unknown, prefix: string): string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [prefix + name, ...pathsIn(inner, `${prefix}${name}.`)]);
}

/** Every path that a template could write at this place, as it would write it. */
export function knownPaths(scope: Scope, prefix = scope.parent ? 'this.' : ''): string[] {
  const outer = prefix === 'this.' ? '../' : `${prefix}../`;
  return [...pathsIn(scope.values[0], prefix), ...(scope.parent ? knownPaths(scope.parent, outer) : [])];
}
