import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, GetKeyPolicyCommand } from '@aws-sdk/client-kms';
import { describe } from '../../lambda/shared/errors';
import type { Clients } from './clients';
import { REVERT_DRIFT, type CentralStore } from './deployment';
import { attempt, fine, problem, type Finding } from './finding';

/** What the rotator does with a secret of the central store. */
export const SECRET_ACTIONS = [
  'secretsmanager:CreateSecret',
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetResourcePolicy',
  'secretsmanager:PutResourcePolicy',
  'secretsmanager:PutSecretValue',
  'secretsmanager:TagResource',
];
/** What Secrets Manager does with the key on the rotator's behalf. */
export const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** Whether the central store's key can be used, and by whom, and whether the rotator's role may write secrets. */
export async function checkCentralStore(clients: Clients, store: CentralStore): Promise<Finding[]> {
  return [
    ...(await attempt('central key', async () => [await checkKey(clients, store)])),
    ...(await attempt('central secrets', async () => [await checkRole(clients, store)])),
  ];
}

async function checkKey({ kms }: Clients, { key, rotatorRole }: CentralStore): Promise<Finding> {
  const check = 'central key';
  const found = await kms.send(new DescribeKeyCommand({ KeyId: key })).catch((error: unknown) => {
    if (describe(error).error === 'NotFoundException') return undefined;
    throw error;
  });
  if (!found) return problem(check, 'is gone: no secret can be written or read', REVERT_DRIFT);
  const { KeyState = 'unknown', DeletionDate } = found.KeyMetadata ?? {};
  const enable = `aws kms enable-key --key-id ${key}`;
  if (KeyState === 'Disabled') return problem(check, 'is disabled: no secret can be written or read', enable);
  if (KeyState === 'PendingDeletion') {
    const day = DeletionDate?.toISOString().slice(0, 10) ?? 'an unknown day';
    return problem(
      check,
      `is deleted on ${day}, and every secret is lost with it`,
      `aws kms cancel-key-deletion --key-id ${key} && ${enable}`,
    );
  }
  if (KeyState !== 'Enabled') return problem(check, `is ${KeyState}`, 'ask again; when it stays so, ask AWS Support');
  const { Policy = '{}' } = await kms.send(new GetKeyPolicyCommand({ KeyId: key }));
  const allows = allowedBy(Policy);
  if (!allows(rotatorRole, KEY_ACTIONS)) return problem(check, `its policy does not let ${rotatorRole} write secrets`, REVERT_DRIFT);
  if (!allows('*', ['kms:Decrypt'])) return problem(check, 'its policy lets no user read', REVERT_DRIFT);
  return fine(check, 'is enabled, for the rotator and for users');
}

interface Statement {
  Effect: string;
  Principal?: string | { AWS?: string | string[] };
  Action?: string | string[];
}

/** Whether a statement of the key's policy names the principal and every action; a role that was made anew is no longer named. */
function allowedBy(policy: string): (principal: string, actions: readonly string[]) => boolean {
  const { Statement = [] } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
  return (principal, actions) =>
    [Statement].flat().some(({ Effect, Principal = '', Action = [] }) => {
      const named = [typeof Principal === 'string' ? Principal : (Principal.AWS ?? [])].flat();
      return Effect === 'Allow' && named.includes(principal) && actions.every((action) => [Action].flat().includes(action));
    });
}

/** By the role's own policies and its boundary: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
async function checkRole({ iam }: Clients, { key, rotatorRole }: CentralStore): Promise<Finding> {
  const check = 'central secrets';
  const [, partition = '', , region = '', account = ''] = key.split(':');
  const secret = `arn:${partition}:secretsmanager:${region}:${account}:secret:Account_${account}_User_nobody_AccessKey-AbCdEf`;
  const { EvaluationResults = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({ PolicySourceArn: rotatorRole, ActionNames: SECRET_ACTIONS, ResourceArns: [secret] }),
  );
  const allowed = new Set(
    EvaluationResults.flatMap(({ EvalActionName, EvalDecision }) => (EvalDecision === 'allowed' ? EvalActionName : [])),
  );
  const refused = SECRET_ACTIONS.filter((action) => !allowed.has(action));
  if (refused.length === 0) return fine(check, 'may be written by the rotator');
  return problem(check, `${rotatorRole} may not do ${refused.join(', ')}`, REVERT_DRIFT);
}
