import type { Context } from '../kernel/contracts';

interface Tag {
  Key?: string | undefined;
  Value?: string | undefined;
}

/** Tags as the API gives and takes them, as pairs. */
export const pairsOf = (tags: readonly Tag[] | undefined): [string, string][] =>
  (tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']);

/** Tags as the API gives them. */
export const tagsOf = (tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] =>
  [...tags].map(([Key, Value]) => ({ Key, Value }));

/** Condition keys of a request that brings tags. */
export function requestTags(tags: readonly Tag[] | undefined): Context {
  if (!tags || tags.length === 0) return {};
  const keys: string[] = [];
  const context: Context = { 'aws:TagKeys': keys };
  for (const { Key = '', Value = '' } of tags) {
    keys.push(Key);
    context[`aws:RequestTag/${Key}`] = Value;
  }
  return context;
}

/** Condition keys of a resource that carries tags, under each of the given prefixes. */
export function resourceTags(tags: ReadonlyMap<string, string> | undefined, ...prefixes: string[]): Context {
  const context: Context = {};
  for (const [key, value] of tags ?? []) for (const prefix of prefixes) context[`${prefix}/${key}`] = value;
  return context;
}
