/** Values of condition keys by lower-case name. */
export interface Facts {
  get(key: string): readonly string[] | undefined;
}

const MAX_REMEMBERED = 20_000;

/** A function that remembers its answers: policies say the same at every call. */
export function remembering<T>(make: (text: string) => T): (text: string) => T {
  const answers = new Map<string, T>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    if (answers.size >= MAX_REMEMBERED) answers.clear();
    const made = make(text);
    answers.set(text, made);
    return made;
  };
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const wild = remembering((text) => literal(text).replace(/\\\*/g, '.*').replace(/\\\?/g, '.'));
type Matcher = (value: string) => boolean;
const matching = (pattern: RegExp): Matcher => pattern.test.bind(pattern);
const compiled = {
  '': remembering((source) => matching(new RegExp(`^${source}$`, 's'))),
  i: remembering((source) => matching(new RegExp(`^${source}$`, 'is'))),
};
const matchers = {
  '': remembering((pattern): Matcher => (/[*?]/.test(pattern) ? compiled[''](wild(pattern)) : (value) => value === pattern)),
  i: remembering((pattern) => compiled.i(wild(pattern))),
};

/** True when the value matches a pattern of `*` and `?`. */
export const like = (pattern: string, value: string, flags: '' | 'i' = ''): boolean => matchers[flags](pattern)(value);

/** A value in a policy, with its variables: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
export interface Template {
  text: string;
  /** True when the value matches, wildcards included: those of the policy are wild, those inside a variable's value are not. */
  fits: Matcher;
}

const constant = remembering((text): Template => ({ text, fits: matchers[''](text) }));

/** Replaces policy variables; undefined when one has no value and no default, so that nothing can match. */
export function expand(text: string, facts: Facts, variables: boolean): Template | undefined {
  if (!variables || !text.includes('${')) return constant(text);
  let [source, shown, at] = ['', '', 0];
  for (const found of text.matchAll(/\$\{([^}]*)\}/g)) {
    const before = text.slice(at, found.index);
    const value = valueOf(found[1] ?? '', facts);
    if (value === undefined) return undefined;
    source += wild(before) + literal(value);
    shown += before + value;
    at = found.index + found[0].length;
  }
  return { text: shown + text.slice(at), fits: compiled[''](source + wild(text.slice(at))) };
}

function valueOf(variable: string, facts: Facts): string | undefined {
  if (variable === '*' || variable === '?' || variable === '$') return variable;
  const [, name = '', fallback] = /^([^,]*?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(variable) ?? [];
  const values = facts.get(name.toLowerCase());
  return values?.length === 1 ? values[0] : fallback;
}
