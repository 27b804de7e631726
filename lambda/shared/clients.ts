import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Credentials } from './assume-role';
import type * as CloudTrail from './cloudtrail';
import type { Trail } from './cloudtrail';
import type { Pace } from './pace';

/** Attempts for calls that may be repeated; the delays double up to 20 s. */
const MAX_ATTEMPTS = 8;
/** Of a look-up that nothing depends on: CloudTrail takes two a second from everybody in the account. */
const MAX_LOOK_UP_ATTEMPTS = 4;
/** A call that has not answered by then has failed; IAM and Secrets Manager answer within a second. */
const TIMEOUTS = { connectionTimeout: 3_000, requestTimeout: 15_000, throwOnRequestTimeout: true };

/** One connection pool for all clients of a function; it outlives invocations. */
const connections = new NodeHttpHandler({
  ...TIMEOUTS,
  httpsAgent: { keepAlive: true, maxSockets: 64 },
  httpAgent: { keepAlive: true, maxSockets: 64 },
});

/** What every client of this project starts from; endpoint, region and credentials come from the SDK's standard configuration. */
export const clientDefaults = { maxAttempts: MAX_ATTEMPTS, requestHandler: connections };

/**
 * For clients whose middleware is complete when they are made, and that make many calls of few operations: each operation's is put together
 * once instead of at every call.
 */
const KEPT_MIDDLEWARE = { cacheMiddleware: true };

/** The clients that work in one member account, with that account's credentials. */
export interface MemberClients {
  iam: IAMClient;
  /** The SDK's retries off: CreateAccessKey has no idempotency token, and a retry after a lost answer makes a second key. */
  iamWithoutRetries: IAMClient;
  secrets: SecretsManagerClient;
  /** CloudTrail in a region; its client is loaded when it is first asked for, since few deployments ask. */
  trailIn: (region: string) => Trail;
}

/** What all calls of some clients have in common: their pace, their deadline. */
export type Watch = Pick<Pace, 'watch'>;

/** Makes the clients of one member account, all calls of which are watched. */
export function memberClients(credentials: Credentials, ...watches: readonly Watch[]): MemberClients {
  const often = { ...clientDefaults, ...KEPT_MIDDLEWARE, credentials };
  const iam = new IAMClient(often);
  const iamWithoutRetries = new IAMClient({ ...often, maxAttempts: 1 });
  const secrets = new SecretsManagerClient(often);
  for (const watch of watches) {
    for (const client of [iam, iamWithoutRetries]) watch.watch(client);
    watch.watch(secrets);
  }
  const trailIn = (region: string): Trail => {
    const configuration = { ...clientDefaults, maxAttempts: MAX_LOOK_UP_ATTEMPTS, credentials, region };
    return (require('./cloudtrail') as typeof CloudTrail).openTrail(configuration, watches);
  };
  return { iam, iamWithoutRetries, secrets, trailIn };
}
