import { isByFetching, policyOf, sidePolicyOf, type Policy } from '../core/plan/policy';
import type { IssuingServices } from '../core/act/issue-key';
import type { IntentRecords } from '../core/store/intent-records';
import { openKeyStore } from '../core/store/open-key-store';
import type { MemberClients, Watch } from '../shared/clients';
import { sidesIn, type RotatorEnvironment, type SidePolicy } from '../shared/environment';
import { AccountFailedError } from '../shared/errors';
import { nextRun } from '../shared/schedule';
import type { Invocation, RotatorServices } from './services';
import { stopsCallingAt } from './deadlines';
import { proveWith } from './prove-key';

/** What differs between users of one account by the policy that they follow. */
export interface Followed {
  /** Absent under the deployment's own. */
  side?: SidePolicy;
  policy: Policy;
  issuing: IssuingServices;
}

/** The policy that a run was started for; one that there is not, or not in this account, is an AccountFailedError. */
export function sideNamed(environment: Pick<RotatorEnvironment, 'POLICIES'>, account: string, name: string): SidePolicy {
  const side = sidesIn(environment, account).find((one) => one.name === name);
  if (side) return side;
  const known = (environment.POLICIES ?? []).map((one) => one.name);
  const why = known.includes(name)
    ? 'does not hold in'
    : `is not one of this deployment (${known.join(', ') || 'there is none'}), asked for in`;
  throw new AccountFailedError(`policy: "${name}" ${why} account ${account}; nothing was done`);
}

/** How users of an account are worked on by the policy that they follow; keys of minutes are proven before anybody gets them. */
export function followWith(
  services: RotatorServices,
  account: { id: string; clients: MemberClients; intents: IntentRecords; watches: readonly Watch[]; invocation: Invocation },
): (side: SidePolicy | undefined) => Followed {
  const { environment, clock, sleep } = services;
  const { id, clients, intents, watches, invocation } = account;
  return (side) => {
    const next = nextRun(side?.schedule ?? environment.SCHEDULE, clock());
    const policy = side ? sidePolicyOf(side, environment.POLICY) : policyOf(environment.POLICY);
    const place = { account: id, partition: invocation.partition, clients, watches, inTurn: side?.inTurn ?? false };
    return {
      ...(side && { side }),
      policy: { ...policy, ...(next && { nextRun: next }) },
      issuing: {
        ...clients,
        store: openKeyStore(services, place),
        intents,
        ...(side && isByFetching(side) && { prove: proveWith({ clock, sleep }, watches) }),
        clock,
        sleep,
        worksUntil: stopsCallingAt(invocation),
        endsAt: invocation.endsAt,
      },
    };
  };
}
