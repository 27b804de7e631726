import { parseArn } from '../../kernel/arn';
import type { Check, Context } from '../../kernel/contracts';
import { findRole } from '../../kernel/lookup';
import { ServiceError } from '../../kernel/service-error';
import type { Principal, World } from '../../kernel/world';

/** A session opened by a session lasts one hour at most: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html (role chaining) */
export const chainedSeconds = 3600;

/** A role's session as a principal; throws NoSuchEntity when the role does not exist. */
export function sessionPrincipal(
  world: World,
  roleArn: string,
  sessionName: string,
  session: Partial<Principal['session']> = {},
): Principal {
  const role = findRole(world, roleArn);
  if (!role) throw new ServiceError('NoSuchEntityException', `The role ${roleArn} cannot be found.`, 404);
  const account = parseArn(roleArn)?.account ?? '';
  return {
    kind: 'role',
    account,
    arn: `arn:${world.partition}:sts::${account}:assumed-role/${role.name}/${sessionName}`,
    name: role.name,
    userId: `${role.id}:${sessionName}`,
    session: { name: sessionName, tags: {}, ...session },
  };
}

/** A user's own session, without a second factor. */
export const userSession = (user: Principal): Principal => ({ ...user, session: { name: user.name, tags: {} } });

/**
 * Throws where a user's session may not call, whatever policies say: nothing of IAM, and of STS what names a role and who one is:
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
export function refuseUserSession({ kind, session, arn }: Principal, service: string, operation: string): void {
  if (kind !== 'user' || !session) return;
  const closed = service === 'iam' || (service === 'sts' && !['AssumeRole', 'GetCallerIdentity'].includes(operation));
  if (closed)
    throw new ServiceError(
      'AccessDenied',
      `User: ${arn} is not authorized to perform: ${service}:${operation} with session credentials`,
      403,
    );
}

interface AssumeRoleInput {
  RoleArn: string;
  RoleSessionName: string;
  ExternalId?: string;
}

/** What policies must allow for sts:AssumeRole; STS does not tell whether the role exists. */
export function assumeRoleChecks(world: World, input: AssumeRoleInput, context: Context = {}): Check[] {
  const { RoleArn, RoleSessionName, ExternalId } = input;
  const tags = [...(findRole(world, RoleArn)?.tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const);
  const keys = { 'sts:RoleSessionName': RoleSessionName, 'sts:ExternalId': ExternalId, ...Object.fromEntries(tags) };
  return [{ action: 'sts:AssumeRole', resource: RoleArn, context: { ...keys, ...context } }];
}
