import type { PolicyDocument } from '../kernel/world';
import { evaluate, type Question } from './statements';

/** The policies that speak about a question. */
export interface Policies {
  identity: readonly PolicyDocument[];
  resource?: PolicyDocument | undefined;
  boundary?: PolicyDocument | undefined;
  session?: PolicyDocument | undefined;
  /** Of the organization, where it binds the principal; only what it denies counts. */
  control?: PolicyDocument | undefined;
}

/** Why a question is answered as it is; the names are those of AWS's refusals. */
export type AuthorizationOutcome =
  | { allowed: true }
  | { allowed: false; explicit: boolean; by: 'identity-based' | 'resource-based' | 'permissions boundary' | 'session' | 'service control' };

/**
 * Decides like AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html; `resourceAccount` is the
 * account that holds the resource.
 */
export function decide(question: Question, policies: Policies, resourceAccount: string): AuthorizationOutcome {
  const { principal, action } = question;
  const identity = evaluate(policies.identity, question);
  const resource = evaluate(policies.resource ? [policies.resource] : [], question, true);
  const boundary = policies.boundary && evaluate([policies.boundary], question);
  const session = policies.session && evaluate([policies.session], question);
  if (policies.control && evaluate([policies.control], question).deny) return { allowed: false, explicit: true, by: 'service control' };
  if (identity.deny) return { allowed: false, explicit: true, by: 'identity-based' };
  if (resource.deny) return { allowed: false, explicit: true, by: 'resource-based' };
  if (boundary?.deny) return { allowed: false, explicit: true, by: 'permissions boundary' };
  if (session?.deny) return { allowed: false, explicit: true, by: 'session' };
  // Nobody has to allow these: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html and API_GetSessionToken.html
  if (action === 'sts:GetCallerIdentity' || action === 'sts:GetSessionToken' || principal.kind === 'root') return { allowed: true };
  if (principal.kind === 'service') return resource.allow ? { allowed: true } : { allowed: false, explicit: false, by: 'resource-based' };

  const sameAccount = principal.account === resourceAccount;
  const named = resource.allow !== undefined && resource.allow !== 'account';
  // A resource policy that names this very user or session reaches past boundary and session policy, in the same account only.
  if (sameAccount && resource.allow === 'self') return { allowed: true };
  if (boundary && !boundary.allow) return { allowed: false, explicit: false, by: 'permissions boundary' };
  if (session && !session.allow) return { allowed: false, explicit: false, by: 'session' };
  if (isStrict(action) && !resource.allow) return { allowed: false, explicit: false, by: 'resource-based' };
  if (sameAccount) return identity.allow || named ? { allowed: true } : { allowed: false, explicit: false, by: 'identity-based' };
  if (!identity.allow) return { allowed: false, explicit: false, by: 'identity-based' };
  return resource.allow ? { allowed: true } : { allowed: false, explicit: false, by: 'resource-based' };
}

/** A role's trust policy and a key's policy must say yes themselves; identity policies alone never suffice. */
const isStrict = (action: string): boolean => action === 'sts:AssumeRole' || action.startsWith('kms:');
