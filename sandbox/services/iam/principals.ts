import type { PolicyDocument, Statement, World } from '../../kernel/world';

/**
 * Rewrites who resource and trust policies name, as IAM does when a user is renamed (to the new ARN) or deleted (to the unique id, which
 * nobody has any more, not even a new user of that name). What conditions compare with stays as it was written:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_rename.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function rewritePrincipal(world: World, arn: string, now: string): void {
  for (const { secrets, roles, queues, buckets, keys } of world.accounts.values()) {
    for (const secret of secrets.values()) {
      if (secret.policy?.includes(arn)) secret.policy = JSON.stringify(rewritten(JSON.parse(secret.policy) as PolicyDocument, arn, now));
    }
    for (const role of roles.values()) role.trust = rewritten(role.trust, arn, now);
    for (const holder of [...queues.values(), ...buckets.values(), ...keys.values()]) {
      if (holder.policy) holder.policy = rewritten(holder.policy, arn, now);
    }
  }
}

function rewritten(document: PolicyDocument, arn: string, now: string): PolicyDocument {
  const statements = [document.Statement].flat();
  if (!statements.some(({ Principal, NotPrincipal }) => JSON.stringify([Principal, NotPrincipal]).includes(arn))) return document;
  return { ...document, Statement: statements.map((statement) => rename(statement, arn, now)) };
}

function rename(statement: Statement, arn: string, now: string): Statement {
  const other = (value: string): string => (value === arn ? now : value);
  const element = <T extends Statement['Principal']>(principal: T): T => {
    if (principal === undefined || principal === '*') return principal;
    const entries = Object.entries(principal).map(([kind, who]) => [kind, Array.isArray(who) ? who.map(other) : other(who)] as const);
    return Object.fromEntries(entries) as T;
  };
  return {
    ...statement,
    ...(statement.Principal && { Principal: element(statement.Principal) }),
    ...(statement.NotPrincipal && { NotPrincipal: element(statement.NotPrincipal) }),
  };
}
