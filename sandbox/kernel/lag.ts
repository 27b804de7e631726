import { createHash } from 'node:crypto';
import type { Call } from '../services/service';
import { findSecret, holderOf, keyOf } from '../services/secretsmanager/lookup';
import type { Lag } from './settings';
import type { Thing } from './world';

/** The reads that can be late. */
const LATE: ReadonlySet<string> = new Set([
  ...[
    'ListAccessKeys',
    'ListUsers',
    'GetUser',
    'ListUserTags',
    'ListUserPolicies',
    'ListGroupsForUser',
    'GetGroup',
    'GetAccessKeyLastUsed',
  ].map((name) => `iam:${name}`),
  ...['DescribeSecret', 'ListSecretVersionIds', 'GetResourcePolicy', 'ListSecrets'].map((name) => `secretsmanager:${name}`),
  ...['ListAccounts', 'DescribeAccount'].map((name) => `organizations:${name}`),
]);

/** How long the past must be kept for these reads. */
export const keptMs = ({ maxMs, newKeyMs = 0 }: Lag): number => Math.max(maxMs, newKeyMs);

/** How many milliseconds the state is old that a read shows; 0 is the present. `number` counts the reads, so that each is drawn anew. */
export function lateness(lag: Lag, service: string, operation: string, number: number): number {
  const name = `${service}:${operation}`;
  if (!LATE.has(name) || (lag.only && !lag.only.includes(name) && !lag.only.includes(service))) return 0;
  const digest = createHash('sha256').update(`${lag.seed}/${number}/${name}`).digest();
  const [which, howMuch] = [digest.readUInt32BE(0) / 2 ** 32, digest.readUInt32BE(4) / 2 ** 32];
  const { minMs = 0, maxMs, share = 0.5 } = lag;
  return which < share ? minMs + howMuch * (maxMs - minMs) : 0;
}

/** Whether a read can be late at all. */
export const canBeLate = (service: string, operation: string): boolean => LATE.has(`${service}:${operation}`);

/** What a call is about to change, as far as late reads show it. */
export function changedBy(service: string, input: Record<string, unknown>, call: Call): Thing[] {
  const { account, region, caller } = call;
  const texts = (...names: string[]): string[] => names.flatMap((name) => (typeof input[name] === 'string' ? [input[name]] : []));
  if (service === 'iam') {
    const named = texts('UserName', 'NewUserName');
    const own = named.length === 0 && caller.principal.kind === 'user' ? [caller.principal.name] : [];
    return [
      ...[...named, ...own].map((key) => ({ kind: 'users' as const, account: account.id, key })),
      ...texts('GroupName').map((key) => ({ kind: 'groups' as const, account: account.id, key })),
    ];
  }
  if (service !== 'secretsmanager') return [];
  const [id] = texts('SecretId', 'Name');
  const secret = id === undefined ? undefined : findSecret(id, call);
  if (!secret) return texts('Name').map((name) => ({ kind: 'secrets', account: account.id, key: keyOf({ region, name }) }));
  return [{ kind: 'secrets', account: holderOf(secret, call).id, key: keyOf(secret) }];
}
