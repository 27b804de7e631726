import { httpTrait, type OperationModel, type ServiceModel } from './schema';

/** A REST operation that a request's method, path and query name. */
export interface RouteMatch {
  operation: OperationModel;
  /** Path labels, decoded, by member name. */
  labels: Record<string, string>;
}

interface Route {
  operation: OperationModel;
  pattern: RegExp;
  names: string[];
  greedy: boolean;
  fixed: [string, string][];
  requiredQuery: string[];
  requiredHeaders: string[];
}

/** The REST operations of one service, compiled once. */
export class RouteTable {
  private readonly byMethod = new Map<string, Route[]>();

  constructor(service: ServiceModel) {
    for (const operation of service.operations.values()) {
      const [method] = httpTrait(operation);
      const routes = this.byMethod.get(method) ?? [];
      routes.push(compile(operation));
      this.byMethod.set(method, routes);
    }
    for (const routes of this.byMethod.values()) routes.sort((a, b) => specificity(b) - specificity(a));
  }

  /** The operation a request names; undefined when there is none. */
  find(
    method: string,
    path: string,
    query: URLSearchParams,
    headers: Readonly<Record<string, string | undefined>>,
  ): RouteMatch | undefined {
    for (const route of this.byMethod.get(method) ?? []) {
      const found = route.pattern.exec(path);
      if (
        found &&
        route.fixed.every(([key, value]) => (key === 'x-id' ? (query.get(key) ?? value) : query.get(key)) === value) &&
        route.requiredQuery.every((key) => query.has(key)) &&
        route.requiredHeaders.every((name) => headers[name] !== undefined)
      ) {
        const labels = route.names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')] as const);
        return { operation: route.operation, labels: Object.fromEntries(labels) };
      }
    }
    return undefined;
  }
}

function compile(operation: OperationModel): Route {
  const [path = '', search] = httpTrait(operation)[1].split('?');
  const names: string[] = [];
  let greedy = false;
  const pattern = path.replace(/\/$/, '').replace(/[.]|\{(\w+)(\+?)\}/g, (all, name: string | undefined, plus: string | undefined) => {
    if (name === undefined) return `\\${all}`;
    names.push(name);
    greedy ||= plus === '+';
    return plus === '+' ? '(.+)' : '([^/]+)';
  });
  const required = operation.input.filter((member) => operation.required.includes(member.name));
  return {
    operation,
    pattern: new RegExp(`^${pattern}/?$`),
    names,
    greedy,
    fixed: [...new URLSearchParams(search)],
    requiredQuery: required.flatMap((member) => member.traits.httpQuery ?? []),
    requiredHeaders: required.flatMap((member) => member.traits.httpHeader?.toLowerCase() ?? []),
  };
}

/** `x-id` only repeats the operation's name and other clients leave it out: it does not make a route more specific. */
function specificity(route: Route): number {
  const fixed = route.fixed.filter(([key]) => key !== 'x-id').length;
  return 100 * (fixed + route.requiredQuery.length + route.requiredHeaders.length) - 10 * route.names.length - (route.greedy ? 1 : 0);
}
