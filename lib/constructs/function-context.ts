import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Settings } from '../settings/fields';
import type { Network } from './network';
import type { Permission } from '../permissions/permissions';
import { RUNS } from '../../lambda/runs/run-keys';

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
