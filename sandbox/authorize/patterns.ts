/** Values of condition keys by lower-case name. */
export type Facts = ReadonlyMap<string, readonly string[]>;

const maxCached = 20_000;
const compiled = new Map<string, RegExp>();
const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const wild = (text: string): string => literal(text).replace(/\\\*/g, '.*').replace(/\\\?/g, '.');

function cached(source: string, flags: string): RegExp {
  const id = `${flags}/${source}`;
  const known = compiled.get(id);
  if (known) return known;
  if (compiled.size >= maxCached) compiled.clear();
  const pattern = new RegExp(`^${source}$`, `${flags}s`);
  compiled.set(id, pattern);
  return pattern;
}

/** True when the value matches a pattern of `*` and `?`. */
export const like = (pattern: string, value: string, flags: '' | 'i' = ''): boolean => cached(wild(pattern), flags).test(value);

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
export const fits = (template: Template, value: string): boolean => cached(template.source, '').test(value);

function valueOf(variable: string, facts: Facts): string | undefined {
  if (variable === '*' || variable === '?' || variable === '$') return variable;
  const [, name = '', fallback] = /^([^,]*?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(variable) ?? [];
  const values = facts.get(name.toLowerCase());
  return values?.length === 1 ? values[0] : fallback;
}
