import type * as sdk from '@aws-sdk/client-sts';
import { parsePolicy } from '../../authorize/sources';
import type { Context } from '../../kernel/contracts';
import { findRole } from '../../kernel/lookup';
import { ServiceError } from '../../kernel/service-error';
import type { Role } from '../../kernel/world';
import { handlersOf, type Call, type SdkShapes } from '../service';
import { assumeRoleChecks, chainedSeconds, sessionPrincipal, userSession } from './sessions';

const leastSeconds = 900;
/** Of GetSessionToken: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
const [usualUserSeconds, mostUserSeconds] = [43_200, 129_600];

/** STS: sessions of roles and of users, and who one is. */
export const sts = handlersOf<SdkShapes<typeof sdk>>({
  AssumeRole: {
    reads: true,
    checks: (input, call) => {
      const { RoleArn, RoleSessionName, ExternalId } = input;
      const asked = { RoleArn, RoleSessionName, ...(ExternalId !== undefined && { ExternalId }) };
      return assumeRoleChecks(call.world, asked, secondFactor(input, call));
    },
    handle(input, call) {
      const { RoleArn, RoleSessionName, Policy } = input;
      refuseUnsupported('AssumeRole', { Tags: input.Tags, PolicyArns: input.PolicyArns });
      if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) {
        throw new ServiceError('ValidationError', `roleSessionName ${RoleSessionName} must be 2 to 64 letters, digits or +=,.@_-`, 400);
      }
      const role = findRole(call.world, RoleArn);
      // A role that does not exist has no trust policy, so nobody is authorized before this is reached.
      if (!role) throw new ServiceError('AccessDenied', `${RoleArn} does not exist`, 403);
      const policy = Policy === undefined ? {} : { policy: parsePolicy(Policy) };
      const principal = sessionPrincipal(call.world, RoleArn, RoleSessionName, policy);
      const expiration = new Date(call.now.getTime() + durationOf(input.DurationSeconds, role, call) * 1000);
      const credentials = call.platform.openSession(principal, expiration, call.caller.accessKeyId);
      return {
        Credentials: {
          AccessKeyId: credentials.accessKeyId,
          SecretAccessKey: credentials.secretAccessKey,
          SessionToken: credentials.sessionToken,
          Expiration: expiration,
        },
        AssumedRoleUser: { AssumedRoleId: principal.userId, Arn: principal.arn },
      };
    },
  },
  GetSessionToken: {
    reads: true,
    checks: () => [{ action: 'sts:GetSessionToken', resource: '*' }],
    handle({ DurationSeconds: seconds = usualUserSeconds, SerialNumber }, { caller: { principal }, now, platform }) {
      refuseUnsupported('GetSessionToken', { SerialNumber });
      if (principal.kind !== 'user' || principal.session)
        throw new ServiceError('AccessDenied', 'Cannot call GetSessionToken with session credentials', 403);
      if (seconds < leastSeconds || seconds > mostUserSeconds)
        throw new ServiceError('ValidationError', `durationSeconds ${seconds} must be ${leastSeconds} to ${mostUserSeconds}`, 400);
      const expiration = new Date(now.getTime() + seconds * 1000);
      const { accessKeyId, secretAccessKey, sessionToken } = platform.openSession(userSession(principal), expiration);
      return {
        Credentials: { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration: expiration },
      };
    },
  },
  GetCallerIdentity: {
    reads: true,
    checks: () => [{ action: 'sts:GetCallerIdentity', resource: '*' }],
    handle: (_, { caller: { principal } }) => ({ UserId: principal.userId, Account: principal.account, Arn: principal.arn }),
  },
});

/** The trust policy sees the second factor; what the session does later does not: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html */
function secondFactor(
  { SerialNumber, TokenCode }: { SerialNumber?: string; TokenCode?: string },
  { world, account, caller: { principal } }: Call,
): Context {
  if (SerialNumber === undefined) return {};
  const code = principal.kind === 'user' ? account.users.get(principal.name)?.mfaCode : undefined;
  const isTheirs = SerialNumber === `arn:${world.partition}:iam::${account.id}:mfa/${principal.name}`;
  if (isTheirs && code !== undefined && TokenCode === code) return { 'aws:MultiFactorAuthPresent': 'true' };
  throw new ServiceError('AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code.', 403);
}

function durationOf(asked: number | undefined, role: Role, { caller }: Call): number {
  const chained = caller.principal.kind === 'role';
  const most = chained ? Math.min(chainedSeconds, role.maxSessionSeconds) : role.maxSessionSeconds;
  const seconds = asked ?? Math.min(chainedSeconds, most);
  if (seconds >= leastSeconds && seconds <= most) return seconds;
  const why = chained
    ? 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.'
    : 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
  throw new ServiceError(
    'ValidationError',
    seconds < leastSeconds ? `durationSeconds ${seconds} must be at least ${leastSeconds}` : why,
    400,
  );
}

function refuseUnsupported(operation: string, members: Record<string, unknown>): void {
  const used = Object.entries(members).find(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0));
  if (used) throw new ServiceError('NotImplemented', `the sandbox does not emulate ${used[0]} of sts:${operation}`, 501);
}
