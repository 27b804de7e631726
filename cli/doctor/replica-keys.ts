import { DescribeStacksCommand, type CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { keyIn } from '../../lambda/core/store/replicas';
import { errorFacts } from '../../lambda/shared/errors';
import type { Clients } from './clients';
import type { CentralStore } from '../deployment/deployment';
import { problem, type Finding } from './finding';
import type { Remedies } from './remedies';
import { checkKey } from './keys';

/** The stack that docs/replica-regions.md deploys into each replica region. */
const STACK = 'iam-key-rotation-replica-key';
/**
 * What Secrets Manager does with a replica's key on the rotator's behalf:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html
 */
export const REPLICA_KEY_ACTIONS = ['kms:Encrypt', 'kms:GenerateDataKey'];
const NO_NEW_KEY = 'no user gets a new key';
const UNUSABLE = `${NO_NEW_KEY}, and none reads there`;

/** Whether the central store's key can be used in one of its replica regions, by the rotator and by users there. */
export async function checkReplicaKey(
  { inRegion }: Pick<Clients, 'inRegion'>,
  { store, remedies }: { store: CentralStore; remedies: Remedies },
  region: string,
): Promise<Finding> {
  const check = `central key in ${region}`;
  const { kms, cloudformation } = inRegion(region);
  const found = await checkKey(kms, {
    check,
    key: keyIn(store.key, region),
    rotatorRole: store.rotatorRole,
    writing: REPLICA_KEY_ACTIONS,
    unusable: UNUSABLE,
    deleted: `cannot be used meanwhile: ${UNUSABLE}`,
    repair: revertDrift(region),
  });
  return found ?? problem(check, `is missing: ${NO_NEW_KEY}`, await deployStep(cloudformation, { store, synth: remedies.synth }, region));
}

const revertDrift = (region: string): string =>
  `in ${region}, revert the drift of the stack ${STACK}: docs/doctor.md, "A replica key that was changed"`;

/** Deploying again changes nothing while CloudFormation believes that the key is there, and fails after a first deployment that failed. */
async function deployStep(
  cloudformation: CloudFormationClient,
  { store, synth }: { store: CentralStore; synth: string },
  region: string,
): Promise<string> {
  const status = await statusOf(cloudformation);
  if (status === undefined) return `${synth}, then: ${deploy(store, region)}`;
  if (status.endsWith('_IN_PROGRESS')) return `wait until the deployment of ${STACK} in ${region} is over, then ask again`;
  if (!status.startsWith('ROLLBACK_')) return revertDrift(region);
  const stack = `--region ${region} --stack-name ${STACK}`;
  const remove = `aws cloudformation delete-stack ${stack} && aws cloudformation wait stack-delete-complete ${stack}`;
  return `${synth}, then: ${remove} && ${deploy(store, region)}`;
}

async function statusOf(cloudformation: CloudFormationClient): Promise<string | undefined> {
  const answer = await cloudformation.send(new DescribeStacksCommand({ StackName: STACK })).catch((error: unknown) => {
    if (errorFacts(error).message.includes('does not exist')) return undefined;
    throw error;
  });
  return answer?.Stacks?.[0]?.StackStatus;
}

function deploy({ key, rotatorRole, organizationId }: CentralStore, region: string): string {
  const organization = organizationId === undefined ? '' : ` OrganizationId=${organizationId}`;
  const parameters = `CentralKeyArn=${key} RotatorRoleArn=${rotatorRole}${organization}`;
  return `aws cloudformation deploy --region ${region} --stack-name ${STACK} --template-file cdk.out/IamKeyRotationReplicaKey.template.json --parameter-overrides ${parameters}`;
}
