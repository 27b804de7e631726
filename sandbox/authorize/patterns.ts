/** Values of condition keys by lower-case name. */
export interface Facts {
  get(key: string): readonly string[] | undefined;
}

const MAX_REMEMBERED = 20_000;

/** A function that remembers its answers: policies say the same at every call. */
function remembering<T>(make: (text: string) => T): (text: string) => T {
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
const compiled = {
  '': remembering((source) => new RegExp(`^${source}$`, 's')),
  i: remembering((source) => new RegExp(`^${source}$`, 'is')),
};

/** True when the value matches a pattern of `*` and `?`. */
export const like = (pattern: string, value: string, flags: '' | 'i' = ''): boolean => compiled[flags](wild(pattern)).test(value);

/** A value in a policy, with its variables: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
export interface Template {
  /** Wildcards of the policy are wild, those inside a variable's value are not. */
  source: string;
  text: string;
}

/** Replaces policy variables; undefined when one has no value and no default, so that nothing can match. */
export function expand(text: string, facts: Facts, variables: boolean): Template | undefined {
  if (!variables || !text.includes('${')) return { source: wild(text), text };
  const template: Template = { source: '', text: '' };
  let at = 0;
  for (const found of text.matchAll(/\$\{([^}]*)\}/g)) {
    const before = text.slice(at, found.index);
    const value = valueOf(found[1] ?? '', facts);
    if (value === undefined) return undefined;
    template.source += wild(before) + literal(value);
    template.text += before + value;
    at = found.index + found[0].length;
  }
  template.source += wild(text.slice(at));
  template.text += text.slice(at);
  return template;
}

/** True when the value matches the template, wildcards included. */
export const fits = (template: Template, value: string): boolean => compiled[''](template.source).test(value);

function valueOf(variable: string, facts: Facts): string | undefined {
  if (variable === '*' || variable === '?' || variable === '$') return variable;
  const [, name = '', fallback] = /^([^,]*?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(variable) ?? [];
  const values = facts.get(name.toLowerCase());
  return values?.length === 1 ? values[0] : fallback;
}
