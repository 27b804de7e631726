import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import { isNoSuchEntity } from '../../lambda/shared/errors';

/** The member role of an account, by which a rotation works there. */
export interface FoundMemberRole {
  /** The account of the rotation that the role trusts; absent when its trust policy names none. */
  home?: string;
}

/** Looks for the member role in an account; undefined when there is none. Whoever may not look gets AWS's error. */
export async function findMemberRole(iam: IAMClient, roleName: string): Promise<FoundMemberRole | undefined> {
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: roleName }));
    const home = /:iam::(\d{12}):role\//.exec(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))?.[1];
    return home === undefined ? {} : { home };
  } catch (error) {
    if (isNoSuchEntity(error)) return undefined;
    throw error;
  }
}
