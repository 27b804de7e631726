/** An HTTP request to a stage, names and order of headers as they were sent. */
export interface ApiRequest {
  method: string;
  /** As on the request line, after the stage: percent-encoded, with a leading slash. */
  path: string;
  headers: [name: string, value: string][];
  /** Decoded, in order. */
  query: [name: string, value: string][];
  body: Buffer;
  address: string;
}

/** One value and all values of names that may come more than once, as an event holds them: the last one wins. */
export interface Values {
  single: Record<string, string>;
  multi: Record<string, string[]>;
}

/** Both maps of a list of names and values. */
export function valuesOf(list: readonly (readonly [string, string])[]): Values {
  const multi = new Map<string, string[]>();
  for (const [name, value] of list) multi.set(name, [...(multi.get(name) ?? []), value]);
  return {
    single: Object.fromEntries([...multi].map(([name, values]) => [name, values.at(-1) ?? ''])),
    multi: Object.fromEntries(multi),
  };
}

/** The value of a header whatever its letter case; of several, the last. */
export const headerOf = ({ headers }: ApiRequest, name: string): string | undefined =>
  headers.findLast(([other]) => other.toLowerCase() === name.toLowerCase())?.[1];

/** The value of a query parameter; of several, the last. */
export const queryOf = ({ query }: ApiRequest, name: string): string | undefined => query.findLast(([other]) => other === name)?.[1];

/** Text out of a URL, decoded once; what cannot be decoded stays as it was sent. */
export function decoded(text: string): string {
  try {
    // A percent sign that is left is encoded again: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    return decodeURIComponent(text).replaceAll('%', '%25');
  } catch {
    return text;
  }
}

/**
 * The parameters of a query string: a semicolon splits like an ampersand, a plus is a blank, a plain brace is lost
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html).
 */
export function queryList(search: string): [string, string][] {
  const parts = search.split(/[&;]/).filter((part) => part !== '');
  return parts.map((part) => {
    const [name = '', ...value] = part.replace(/[{}]/g, '').split('=');
    const read = (text: string): string => decoded(text.replaceAll('+', ' '));
    return [read(name), read(value.join('='))];
  });
}
