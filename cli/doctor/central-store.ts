import { SimulatePrincipalPolicyCommand, type ContextEntry } from '@aws-sdk/client-iam';
import { MANAGED_TAG } from '../../lambda/shared/names';
import { secretNameFor } from '../../lambda/shared/secret-name';
import type { Clients } from './clients';
import type { CentralStore } from '../deployment/deployment';
import type { Remedies } from './remedies';
import { attempt, fine, problem, type Finding } from './finding';
import { checkKey } from './keys';
import { checkReplicaKey } from './replica-keys';

/** What the rotator does with a secret of the central store. */
export const SECRET_ACTIONS = [
  'secretsmanager:CreateSecret',
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetResourcePolicy',
  'secretsmanager:ListSecretVersionIds',
  'secretsmanager:ListSecrets',
  'secretsmanager:PutResourcePolicy',
  'secretsmanager:PutSecretValue',
  'secretsmanager:TagResource',
];
const TAG = MANAGED_TAG.Key;
/** What conditions of the role's policies ask about such a call: the tag of the secret, that of a new one, and that no policy lets the public in. */
const CONTEXT: ContextEntry[] = [
  { ContextKeyName: `secretsmanager:ResourceTag/${TAG}`, ContextKeyType: 'string', ContextKeyValues: [MANAGED_TAG.Value] },
  { ContextKeyName: `aws:RequestTag/${TAG}`, ContextKeyType: 'string', ContextKeyValues: [MANAGED_TAG.Value] },
  { ContextKeyName: 'aws:TagKeys', ContextKeyType: 'stringList', ContextKeyValues: [TAG] },
  { ContextKeyName: 'secretsmanager:BlockPublicPolicy', ContextKeyType: 'boolean', ContextKeyValues: ['true'] },
];
/** What Secrets Manager does with the key on the rotator's behalf. */
export const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/**
 * Whether the central store's key can be used, and by whom, in its own region and in those of replicas, and whether the rotator's role may
 * write secrets. Replica keys are not looked at while the key itself is gone: none could be made.
 */
export async function checkCentralStore(clients: Clients, store: CentralStore, remedies: Remedies): Promise<Finding[]> {
  let replicaRegions: readonly string[] = store.replicaRegions;
  const own = await attempt('central key', async () => {
    const found = await checkOwnKey(clients, store, remedies);
    if (!found) replicaRegions = [];
    return [found ?? problem('central key', `is gone: ${UNUSABLE}`, remedies.revertDrift)];
  });
  const replicas = await Promise.all(
    replicaRegions.map((region) =>
      attempt(`central key in ${region}`, async () => [await checkReplicaKey(clients, { store, remedies }, region)]),
    ),
  );
  return [...own, ...replicas.flat(), ...(await attempt('central secrets', async () => [await checkRole(clients, store, remedies)]))];
}

const UNUSABLE = 'no secret can be written or read';

const checkOwnKey = ({ kms }: Clients, { key, rotatorRole }: CentralStore, { revertDrift }: Remedies): Promise<Finding | undefined> =>
  checkKey(kms, {
    check: 'central key',
    key,
    rotatorRole,
    writing: KEY_ACTIONS,
    unusable: UNUSABLE,
    deleted: 'every secret is lost with it',
    repair: revertDrift,
  });

/** By the role's own policies and its boundary: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
async function checkRole({ iam }: Clients, { key, rotatorRole }: CentralStore, { revertDrift }: Remedies): Promise<Finding> {
  const check = 'central secrets';
  const [, partition = '', , region = '', account = ''] = key.split(':');
  const secret = `arn:${partition}:secretsmanager:${region}:${account}:secret:${secretNameFor(account, 'nobody')}-AbCdEf`;
  const { EvaluationResults = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: rotatorRole,
      ActionNames: SECRET_ACTIONS,
      ResourceArns: [secret],
      ContextEntries: CONTEXT,
    }),
  );
  const allowed = new Set(
    EvaluationResults.flatMap(({ EvalActionName, EvalDecision }) => (EvalDecision === 'allowed' ? EvalActionName : [])),
  );
  const refused = SECRET_ACTIONS.filter((action) => !allowed.has(action));
  if (refused.length === 0) return fine(check, 'may be written by the rotator');
  return problem(check, `${rotatorRole} may not do ${refused.join(', ')}`, revertDrift);
}
