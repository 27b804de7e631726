import { DescribeKeyCommand, GetKeyPolicyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { errorFacts } from '../../lambda/shared/errors';
import { fine, problem, type Finding } from './finding';

/** A key of the central store as it has to be. */
export interface ExpectedKey {
  check: string;
  /** ARN. */
  key: string;
  /** ARN of the role that writes secrets. */
  rotatorRole: string;
  /** What its policy must let that role do. */
  writing: readonly string[];
  /** What follows while it cannot be used, and once it is deleted. */
  unusable: string;
  deleted: string;
  /** The step that brings back its policy. */
  repair: string;
}

/** Whether the key can be used now, by the rotator and by users; undefined when there is no such key. */
export async function checkKey(kms: KMSClient, expected: ExpectedKey): Promise<Finding | undefined> {
  const { check, key, rotatorRole, writing, unusable, deleted, repair } = expected;
  const found = await kms.send(new DescribeKeyCommand({ KeyId: key })).catch((error: unknown) => {
    if (errorFacts(error).error === 'NotFoundException') return undefined;
    throw error;
  });
  if (!found) return undefined;
  const { KeyState = 'unknown', DeletionDate } = found.KeyMetadata ?? {};
  const region = await kms.config.region();
  const named = `--region ${region} --key-id ${key}`;
  const enable = `aws kms enable-key ${named}`;
  const keep = `aws kms cancel-key-deletion ${named} && ${enable}`;
  if (KeyState === 'Disabled') return problem(check, `is disabled: ${unusable}`, enable);
  if (KeyState === 'PendingDeletion') {
    return problem(check, `is deleted on ${DeletionDate?.toISOString().slice(0, 10) ?? 'an unknown day'}, and ${deleted}`, keep);
  }
  // A primary key waits for its replica keys: https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-delete.html
  if (KeyState === 'PendingReplicaDeletion') return problem(check, `is deleted once its replica keys are, and ${deleted}`, keep);
  if (KeyState !== 'Enabled') return problem(check, `is ${KeyState}`, 'ask again; when it stays so, ask AWS Support');
  const { Policy = '{}' } = await kms.send(new GetKeyPolicyCommand({ KeyId: key }));
  const allows = allowedBy(Policy);
  if (!allows(rotatorRole, writing)) return problem(check, `its policy does not let ${rotatorRole} write secrets`, repair);
  if (!allows('*', ['kms:Decrypt'])) return problem(check, 'its policy lets no user read', repair);
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
