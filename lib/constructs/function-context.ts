import type { Stack } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Settings } from '../settings/fields';
import type { Network } from './network';
import type { Permission } from '../permissions/permissions';
import { RUNS } from '../../lambda/runs/run-keys';
import { EVENT_SOURCE } from '../../lambda/shared/names';

/** What the functions of a run share. */
export interface FunctionContext {
  settings: Settings;
  results: Bucket;
  failedQueue: IQueue;
  logRetention: number;
  network: Network | undefined;
  /** Whether Lambda sends a trace of each invocation to X-Ray. */
  tracing: boolean;
}

/** Why object names cannot be listed. */
export const RESULT_NAMES = 'Results are named by run and account.';

/** Permission to store results below these key prefixes, and nothing else in the bucket. */
export function mayWriteResults(results: Bucket, prefixes: readonly string[] = [RUNS]): Permission {
  return {
    sid: 'StoreResults',
    why: 'Stores what was dispatched, done or found by a check, so that it can be reported and looked up; what is stored cannot be read or removed with it.',
    actions: ['s3:PutObject'],
    resources: prefixes.map((prefix) => results.arnForObjects(`${prefix}*`)),
    wildcard: RESULT_NAMES,
  };
}

/** Permission to put events of our own source on the default event bus of the stack's account. */
export function mayAnnounce(stack: Stack, what: string): Permission {
  return {
    sid: 'AnnounceActions',
    why: `Publishes ${what} as events of our own source, for whoever wants to react.`,
    actions: ['events:PutEvents'],
    resources: [stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })],
    conditions: { 'ForAllValues:StringEquals': { 'events:source': EVENT_SOURCE }, Null: { 'events:source': 'false' } },
  };
}
