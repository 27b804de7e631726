import {
  GetAccessKeyLastUsedCommand,
  GetGroupCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { fetchCredentialReport } from '../core/read/credential-report';
import type { AccountCheck } from '../runs/schemas';
import { assumeMemberRole } from '../shared/assume-role';
import { memberClients } from '../shared/clients';
import { AccountFailedError, errorFacts, isNoSuchEntity } from '../shared/errors';
import { sidesIn } from '../shared/environment';
import type { RotatorEvent } from '../shared/events';
import { Pace } from '../shared/pace';
import { secretNameFor } from '../shared/secret-name';
import { callsOf, type CheckCall } from './check-call';
import { checkCentralStoreAccess } from './check-central-store';
import type { Invocation, RotatorServices } from './account';

/** IAM and Secrets Manager authorize before they look: whoever learns that this user does not exist was allowed to ask. */
const NOBODY = 'key-rotation-check-nobody';

/**
 * Tries in one account what can be tried without changing anything: assuming the member role, then every read that a rotation makes.
 * Nothing is thrown; what was refused, or is missing, is in `failed`, with AWS's own words.
 */
export async function checkAccount(
  { environment, sts, clock, sleep }: Pick<RotatorServices, 'environment' | 'sts' | 'clock' | 'sleep'>,
  event: RotatorEvent,
  { partition, region, runId }: Invocation,
): Promise<AccountCheck> {
  const account = { id: event.account, name: event.name, email: event.email };
  const check: AccountCheck = { runId, account, checkedAt: clock().toISOString(), proven: [], failed: [] };
  const call = callsOf(check);
  const credentials = await call('sts:AssumeRole', () =>
    assumeMemberRole(sts, { account: account.id, partition, role: environment.MEMBER_ROLE, session: runId }),
  );
  if (!credentials) return check;
  const { iam, secrets, trailIn } = memberClients(credentials, new Pace(1));
  await call('iam:GetGroup', () => iam.send(new GetGroupCommand({ GroupName: environment.EXEMPTION_GROUP, MaxItems: 1 })));
  for (const GroupName of sidesIn(environment, account.id).flatMap(({ groups }) => groups)) {
    // Nobody follows the policy where its group is not.
    await call('iam:GetGroup', () => unlessAbsent(iam.send(new GetGroupCommand({ GroupName, MaxItems: 1 }))));
  }
  await call('iam:GetCredentialReport', async () => {
    const report = await fetchCredentialReport(iam, { sleep });
    if ('unavailable' in report) throw new AccountFailedError(report.unavailable, { cause: report.cause });
  });
  const users = await call('iam:ListUsers', () => iam.send(new ListUsersCommand({ MaxItems: 1 })));
  await checkUser(iam, users?.Users?.[0]?.UserName ?? NOBODY, call);
  await call('secretsmanager:DescribeSecret', () =>
    secrets.send(new DescribeSecretCommand({ SecretId: secretNameFor(account.id, NOBODY) })).catch((error: unknown) => {
      if (errorFacts(error).error !== 'ResourceNotFoundException') throw error;
    }),
  );
  if (environment.USAGE_DETAIL === true) {
    await call('cloudtrail:LookupEvents', () => trailIn(region).lookUp({ MaxResults: 1 }));
  }
  const { CENTRAL_STORE, REPLICA_REGIONS: replicaRegions = [] } = environment;
  const secondSecrets = environment.POLICIES?.some(({ inTurn }) => inTurn) ?? false;
  const readers = { account: account.id, partition, replicaRegions, secondSecrets };
  if (CENTRAL_STORE) await checkCentralStoreAccess(iam, { ...readers, ...CENTRAL_STORE }, call);
  return check;
}

/** A key's last use can be asked for only where there is a key. */
async function checkUser(iam: IAMClient, UserName: string, call: CheckCall): Promise<void> {
  await call('iam:GetUser', () => unlessAbsent(iam.send(new GetUserCommand({ UserName }))));
  await call('iam:ListUserTags', () => unlessAbsent(iam.send(new ListUserTagsCommand({ UserName }))));
  await call('iam:ListGroupsForUser', () => unlessAbsent(iam.send(new ListGroupsForUserCommand({ UserName }))));
  const keys = await call('iam:ListAccessKeys', () => unlessAbsent(iam.send(new ListAccessKeysCommand({ UserName }))));
  const AccessKeyId = keys?.AccessKeyMetadata?.[0]?.AccessKeyId;
  if (AccessKeyId === undefined) return;
  await call('iam:GetAccessKeyLastUsed', () => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId })));
}

async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNoSuchEntity(error)) return undefined;
    throw error;
  }
}
