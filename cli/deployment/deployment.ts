import {
  DescribeStacksCommand,
  GetTemplateSummaryCommand,
  paginateListStackResources,
  type CloudFormationClient,
} from '@aws-sdk/client-cloudformation';
import type { STSClient } from '@aws-sdk/client-sts';
import { errorFacts, RotationError } from '../../lambda/shared/errors';
import { SETTINGS_METADATA } from '../../lib/settings/names';
import { isOfThisApp, missingStack, whereaboutsOf } from './missing-stack';
import { readOutputs, type StackOutputs } from './outputs';

/** Where all new keys are stored when it is not in the accounts of their users. */
export interface CentralStore {
  /** ARN of its key, in whose account and region the secrets are. */
  key: string;
  /** ARN of the role that writes there. */
  rotatorRole: string;
  /** Where secrets have replicas, under a replica of the key. */
  replicaRegions: readonly string[];
  /** Absent where templates that are deployed by hand do not ask for it. */
  organizationId?: string;
}

/** The deployed stack as it describes itself. */
export interface Deployment extends StackOutputs {
  stack: string;
  /** CloudFormation's word, such as `UPDATE_COMPLETE`. */
  status: string;
  created: Date;
  /** The plain member template was, or has to be, deployed by hand into some accounts. */
  byHand: boolean;
  /** Where the key API is; absent without one. */
  keyApiUrl?: string;
  /** Absent with `secretStore=member`. */
  centralStore?: CentralStore;
  /** Physical ids by CloudFormation type. */
  resources: ReadonlyMap<string, readonly string[]>;
}

/** Reads the stack's outputs and resources; undefined when there is no such stack, and an error when it is not this app's. */
export async function findDeployment(cloudformation: CloudFormationClient, stack: string): Promise<Deployment | undefined> {
  const answer = await cloudformation.send(new DescribeStacksCommand({ StackName: stack })).catch((error: unknown) => {
    if (errorFacts(error).message.includes('does not exist')) return undefined;
    throw error;
  });
  const [found] = answer?.Stacks ?? [];
  if (!found) return undefined;
  if (found.Outputs && found.Outputs.length > 0 && !isOfThisApp(found))
    throw new RotationError(`the stack ${stack} is another app's: it has no outputs of this one`);
  const outputs = new Map(found.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  const status = found.StackStatus ?? 'unknown';
  const said = readOutputs(outputs, `${stack} (${status})`);
  const resources = await resourcesOf(cloudformation, stack);
  const centralStore = centralStoreOf(outputs, resources);
  const keyApiUrl = outputs.get('KeyApiUrl');
  return {
    ...said,
    stack,
    status,
    created: found.CreationTime ?? new Date(0),
    byHand: outputs.has('RotatorRoleArn') && !resources.some(({ type, id }) => type === 'AWS::IAM::Role' && id === said.memberRole),
    ...(keyApiUrl !== undefined && { keyApiUrl }),
    ...(centralStore && { centralStore }),
    resources: byType(resources),
  };
}

/** The settings that the stack's template was made with; undefined when its version did not say. */
export async function settingsOf(
  cloudformation: CloudFormationClient,
  stack: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { Metadata } = await cloudformation.send(new GetTemplateSummaryCommand({ StackName: stack }));
  const metadata = JSON.parse(Metadata ?? '{}') as Record<string, unknown>;
  const settings = metadata[SETTINGS_METADATA];
  return typeof settings === 'object' && settings !== null ? (settings as Readonly<Record<string, unknown>>) : undefined;
}

/** The deployment, for commands that need one; throws a RotationError when there is no such stack. */
export async function deploymentOf(
  { cloudformation, sts }: { cloudformation: CloudFormationClient; sts: STSClient },
  stack: string,
): Promise<Deployment> {
  const deployment = await findDeployment(cloudformation, stack);
  if (!deployment) throw new RotationError(await missingStack(cloudformation, stack, await whereaboutsOf(sts)));
  return deployment;
}

interface Resource {
  logicalId: string;
  type: string;
  id: string;
}

async function resourcesOf(client: CloudFormationClient, stack: string): Promise<Resource[]> {
  const resources: Resource[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName: stack })) {
    for (const { LogicalResourceId: logicalId = '', ResourceType: type = '', PhysicalResourceId: id } of page.StackResourceSummaries ??
      []) {
      if (id !== undefined) resources.push({ logicalId, type, id });
    }
  }
  return resources;
}

function byType(resources: readonly Resource[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { type, id } of resources) found.set(type, [...(found.get(type) ?? []), id]);
  return found;
}

function centralStoreOf(outputs: ReadonlyMap<string, string>, resources: readonly Resource[]): CentralStore | undefined {
  const [key, organizationId] = [outputs.get('CentralKeyArn'), outputs.get('OrganizationId')];
  if (key === undefined) return undefined;
  const role = resources.find(({ type, logicalId }) => type === 'AWS::IAM::Role' && logicalId.startsWith('RotatorRole'));
  const [, partition = '', , , account = ''] = key.split(':');
  return {
    key,
    rotatorRole: `arn:${partition}:iam::${account}:role/${role?.id ?? ''}`,
    replicaRegions: outputs.get('ReplicaKeyRegions')?.split(',') ?? [],
    ...(organizationId !== undefined && { organizationId }),
  };
}
