import { budgetOf } from '../core/budget';
import { exemptByGroup, exemptByPath, exemptByTag, unclearNotes, type Exemption } from '../core/plan/exemption';
import { planForced } from '../core/plan/plan-forced';
import { policiesOf } from '../core/plan/membership';
import { exemptNow, groupsOf } from '../core/read/exempt-now';
import { readExemptUsers } from '../core/read/exemption';
import { findUser, readTags, readUser } from '../core/read/read-user';
import { rotateUser, type UserWorked } from '../core/rotate-user';
import type { AccountResult } from '../runs/schemas';
import type { SidePolicy } from '../shared/environment';
import { ForceRotateRefusedError } from '../shared/errors';
import type { Account } from './account';
import { enteredOf } from './memory/entered';

/** Rotates one user by force, and touches nobody else; what cannot be done is a ForceRotateRefusedError, and nothing has changed. */
export async function forceRotateUser(account: Account, name: string, result: AccountResult): Promise<UserWorked[]> {
  const { services, clients } = account;
  const { environment, clock } = services;
  const user = await findUser(clients.iam, name, account.id);
  const exemption = await exemptionOf(account, user);
  refuseExempt(user, exemption);
  result.usersSeen = 1;
  const { side, policy, issuing } = account.follow(await sideOf(account, user));
  if (side) result.policy = side.name;
  const runPolicy = { rules: account.sides, ...(side && { follows: side.name }) };
  const entered = enteredOf(account, side, name);
  const worked = await rotateUser(
    {
      services: issuing,
      dryRun: account.dryRun,
      ownerEmailTag: environment.OWNER_EMAIL_TAG,
      budget: budgetOf({}),
      read: () => readUser(issuing, user, { allUses: true, memory: account.remembered, ...(entered && { entered }) }),
      decide: (facts) => [...unclearNotes(exemption), ...planForced(facts, policy, clock())],
      exemptNow: async (facts) => {
        const found = await exemptNow(clients.iam, facts, account.exemption, clock(), runPolicy);
        if (found && 'elsewhere' in found) return found;
        refuseExempt(user, found ?? {});
        return undefined;
      },
    },
    user,
  );
  if (!worked) throw new ForceRotateRefusedError(`${user.name}: the user was deleted just now`);
  return [worked];
}

/** The policy that a user follows beside the deployment's own; who is in two is refused. */
async function sideOf({ clients, sides }: Account, user: { name: string; arn: string }): Promise<SidePolicy | undefined> {
  if (sides.length === 0) return undefined;
  const names = policiesOf(user.arn, await groupsOf(clients.iam, user.name), sides);
  if (names.length > 1)
    throw new ForceRotateRefusedError(`${user.name}: in the policies ${names.join(' and ')}, of which a user follows one at most`);
  return sides.find(({ name }) => name === names[0]);
}

function refuseExempt({ name }: { name: string }, { exempt, unclear }: Exemption): void {
  if (exempt === undefined) return;
  throw new ForceRotateRefusedError(`${name}: exempt, because ${exempt}${unclear === undefined ? '' : ` (${unclear})`}`);
}

async function exemptionOf({ clients, services, exemption }: Account, user: { name: string; arn: string }): Promise<Exemption> {
  const { EXEMPTION_GROUP: group, EXEMPTION_GROUP_EXISTS: exists } = services.environment;
  const members = await readExemptUsers(clients.iam, group, { exists });
  const byPath = exemptByPath(user.arn, exemption);
  if (byPath) return byPath;
  const tags = await readTags(clients.iam, user.name);
  return members.has(user.name) ? exemptByGroup(tags, exemption, services.clock()) : exemptByTag(tags, exemption, services.clock());
}
