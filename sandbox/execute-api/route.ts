import { pathOf, type ApiDefinition, type ApiMethod } from '../kernel/rest-apis';
import { decoded } from './request';

/** The method that a request is for. */
export interface Route {
  resourceId: string;
  /** `/a/{b}` for example. */
  resourcePath: string;
  method: ApiMethod;
  pathParameters: Record<string, string>;
}

/** A fixed part goes before a parameter, and that before the rest of the path. */
const KINDS = [/^[^{]/, /^\{[^+]+\}$/, /^\{.+\+\}$/];
const weightOf = (path: string): string =>
  path
    .split('/')
    .map((part) => KINDS.findIndex((kind) => kind.test(part)))
    .join('');

/**
 * Finds the resource and method of a request; undefined when there is none. A path is matched part by part, each decoded once; a slash at
 * its end makes no difference, and dots are no navigation.
 */
export function routeOf(definition: ApiDefinition, httpMethod: string, path: string): Route | undefined {
  const parts = path.replace(/^\//, '').replace(/\/$/, '').split('/').map(decoded);
  const candidates = [...definition.resources.keys()].flatMap((resourceId) => {
    const resourcePath = pathOf(definition, resourceId);
    const pathParameters = match(resourcePath.slice(1).split('/'), parts);
    const method = definition.methods.get(`${resourceId} ${httpMethod}`) ?? definition.methods.get(`${resourceId} ANY`);
    return pathParameters && method ? [{ resourceId, resourcePath, method, pathParameters }] : [];
  });
  return candidates.sort((a, b) => (weightOf(a.resourcePath) < weightOf(b.resourcePath) ? -1 : 1))[0];
}

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const [, name, rest] = /^\{([^+]+)(\+?)\}$/.exec(part) ?? [];
    const value = rest === '+' ? parts.slice(index).join('/') : parts[index];
    if (value === undefined || (name === undefined ? value !== part : value === '')) return undefined;
    if (name !== undefined) parameters[name] = value;
    if (rest === '+') return parameters;
  }
  return pattern.length === parts.length ? parameters : undefined;
}
