import type * as sdk from '@aws-sdk/client-iam';
import { handlersOf, type SdkShapes } from '../service';
import { accessKeyOperations } from './access-keys';
import { credentialReportOperations } from './credential-report';
import { policyOperations } from './policies';
import { userLifecycleOperations } from './user-lifecycle';
import { userPolicyOperations } from './user-policies';
import { userTagOperations } from './user-tags';
import { userOperations } from './users';

/** IAM: users, groups, access keys, tags, policies and credential reports. */
export const iam = handlersOf<SdkShapes<typeof sdk>>(
  userOperations,
  userLifecycleOperations,
  accessKeyOperations,
  userTagOperations,
  userPolicyOperations,
  policyOperations,
  credentialReportOperations,
);
