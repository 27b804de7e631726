import type { Invocation } from '../../sandbox/lambda/invocation';
import type { Sandbox } from '../../sandbox/sandbox';

const KEY_API = /-key-api$/;

/**
 * What a function answered, without the secret that the key API gives to whoever asked for the key of just this user: handing it out is what
 * it is there for. Any other secret stays in it.
 */
export function withoutHandOut(sandbox: Sandbox, { functionName, payload, response = '' }: Invocation): string {
  if (!KEY_API.test(functionName)) return response;
  const { httpMethod, resource, queryStringParameters } = parsed(payload);
  if (httpMethod !== 'GET' || resource !== '/active-key') return response;
  const { username, account } = (queryStringParameters ?? {}) as Partial<Record<string, string>>;
  const { AccessKeyId: id } = parsed(parsed(response)['body']);
  const asked = [...sandbox.world.accounts].filter(([name]) => account === undefined || name === account);
  const keys = asked.flatMap(([, { users }]) => [...users.values()].filter(({ name }) => name === username).flatMap((user) => user.keys));
  const key = keys.find((one) => one.id === id);
  return key ? response.replace(key.secret, '') : response;
}

/** Of JSON; empty for what is no object. */
function parsed(text: unknown): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
