import { Tags, type Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Settings } from '../settings/fields';

/** What an organization asks of every resource. */
export type OrganizationStandards = Pick<Settings, 'permissionsBoundary' | 'tags'>;

/** Gives every role of the stack the boundary, and every resource that takes tags the tags. */
export function applyOrganizationStandards(stack: Stack, { permissionsBoundary, tags }: OrganizationStandards): void {
  for (const [key, value] of Object.entries(tags)) Tags.of(stack).add(key, value);
  if (permissionsBoundary === undefined) return;
  PermissionsBoundary.of(stack).apply(ManagedPolicy.fromManagedPolicyName(stack, 'PermissionsBoundary', permissionsBoundary));
}
