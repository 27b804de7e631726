import type { ApiPlace, FetchedKey } from './api-state';
import { readIfThere, type Disk } from './disk';
import { ProfileError } from './profile';

/** Somebody's program waits: each of the two requests is given up after this. */
const PATIENCE_MS = 5_000;
const VARIABLE = 'IAM_KEYS_API_KEY';

/** What asks the API; the one of Node.js, or of a test. */
export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

/** The API gave no key; the message says why, in its own words, and holds no secret. */
class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
}

/** The API key out of its file, else of IAM_KEYS_API_KEY; throws a ProfileError that says where it was looked for. */
export function readApiKey(disk: Disk, keyFile: string | undefined, environment: Readonly<Record<string, string | undefined>>): string {
  const text = keyFile === undefined ? environment[VARIABLE] : readIfThere(disk, keyFile);
  const key = text?.trim() ?? '';
  if (/^[\w-]{20,128}$/.test(key)) return key;
  const place = keyFile === undefined ? `the environment variable ${VARIABLE}` : keyFile;
  throw new ProfileError(
    `${place} holds no API key (20 to 128 letters, digits, dashes or underscores); iam-keys api-client show writes one`,
  );
}

/** Fetches a token and with it the key that is active now; throws an ApiRefusal, or what the network says. */
export async function fetchKey(fetch: Fetch, { url, username, account }: ApiPlace, apiKey: string, now: () => number): Promise<FetchedKey> {
  const ask = async (path: string, options: RequestInit): Promise<Record<string, unknown>> => {
    // Somewhere else the API key has no business: no redirection is followed.
    const answer = await fetch(`${url}${path}`, { ...options, redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
    const said = (await answer.json().catch(() => ({}))) as Record<string, unknown> | null;
    if (answer.status === 200 && said) return said;
    const { title, detail, message } = said ?? {};
    const words = [title, detail, message].flatMap((word) => (typeof word === 'string' ? word : []));
    throw new ApiRefusal(`the key API answered ${answer.status}${words.length > 0 ? `: ${words.join(': ')}` : ''}`);
  };
  const { token } = await ask('/generate-token', { method: 'POST', headers: { 'x-api-key': apiKey } });
  if (typeof token !== 'string') throw new ApiRefusal('the key API answered without a token');
  const query = new URLSearchParams({ username, ...(account !== undefined && { account }) });
  const headers = { 'x-api-key': apiKey, authorization: `Bearer ${token}` };
  return keyOf(await ask(`/active-key?${query.toString()}`, { headers }), now());
}

function keyOf(
  { AccessKeyId: id, SecretAccessKey: secret, CreateDate: created, ExpiresAt: until }: Record<string, unknown>,
  now: number,
): FetchedKey {
  const isKey = typeof id === 'string' && /^\w{16,128}$/.test(id) && typeof secret === 'string' && /^\S+$/.test(secret);
  const isDated = [created, until].every((date) => typeof date === 'string' && !Number.isNaN(Date.parse(date)));
  if (!isKey || !isDated) throw new ApiRefusal('the key API answered without a key');
  return { id, secret, created: created as string, until: until as string, since: new Date(now).toISOString() };
}
