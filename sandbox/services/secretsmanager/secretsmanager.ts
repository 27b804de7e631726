import type * as sdk from '@aws-sdk/client-secrets-manager';
import { handlersOf, type SdkShapes } from '../service';
import { replicationOperations } from './replication';
import { secretOperations } from './secrets';
import { valueOperations } from './values';
import { versionOperations } from './version-operations';

/** Secrets Manager: secrets, their values, versions, tags, resource policies and replicas. */
export const secretsmanager = handlersOf<SdkShapes<typeof sdk>>(
  valueOperations,
  versionOperations,
  secretOperations,
  replicationOperations,
);
