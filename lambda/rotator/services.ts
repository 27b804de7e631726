import type { Logger } from '@aws-lambda-powertools/logger';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { STSClient } from '@aws-sdk/client-sts';
import type { RotatorEnvironment } from '../shared/environment';
import type { MemoryStore } from './memory/memory-store';

/** What rotating an account needs; made once per cold start. */
export interface RotatorServices {
  environment: RotatorEnvironment;
  sts: STSClient;
  ses: SESv2Client;
  /** Works in the function's own account, where the central store is. */
  secrets: SecretsManagerClient;
  /** Records intents; not the client of memory and results, whose calls may come after those about users. */
  s3: S3Client;
  memory: MemoryStore;
  logger: Logger;
  clock: () => Date;
  sleep: (milliseconds: number) => Promise<void>;
}

/** One invocation's particulars. */
export interface Invocation {
  partition: string;
  region: string;
  /** When Lambda ends this invocation. */
  endsAt: Date;
  runId: string;
}
