import type * as sdk from '@aws-sdk/client-iam';
import { handlersOf, type SdkShapes } from '../service';
import { accessKeyOperations } from './access-keys';
import { credentialReportOperations } from './credential-report';
import { groupOperations } from './groups';
import { policyOperations } from './policies';
import { rolePolicyOperations } from './role-policies';
import { roleOperations } from './roles';
import { userLifecycleOperations } from './user-lifecycle';
import { userPolicyOperations } from './user-policies';
import { userTagOperations } from './user-tags';
import { userOperations } from './users';

/** IAM: users, groups, roles, access keys, tags, policies and credential reports. */
export const iam = handlersOf<SdkShapes<typeof sdk>>(
  userOperations,
  userLifecycleOperations,
  groupOperations,
  roleOperations,
  rolePolicyOperations,
  accessKeyOperations,
  userTagOperations,
  userPolicyOperations,
  policyOperations,
  credentialReportOperations,
);
