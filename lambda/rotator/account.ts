import type { ExemptionRules } from '../core/plan/exemption';
import type { RunPolicy } from '../core/plan/membership';
import type { Remembered } from '../core/plan/user-facts';
import type { Failure } from '../runs/schemas';
import { assumeMemberRole } from '../shared/assume-role';
import { memberClients, type MemberClients } from '../shared/clients';
import { sidesIn, type SidePolicy } from '../shared/environment';
import type { RotatorEvent } from '../shared/events';
import { Deadline } from '../shared/deadline';
import { Pace } from '../shared/pace';
import { RequestRecorder } from '../shared/requests';
import { stopsCallingAt } from './deadlines';
import type { Invocation, RotatorServices } from './services';
import { delivered } from './delivered';
import { rememberedKeys, type AccountMemory } from './memory/account-memory';
import { followWith, sideNamed, type Followed } from './follow';
import type { ReadMemory } from './memory/memory-store';
import { openIntentRecords } from './memory/open-intent-records';

export type { Invocation, RotatorServices };

/** Users worked on at the same time, at most; with limits per run it is one, so that the oldest keys come first. */
const CONCURRENCY = 8;

/** Everything that working in one account needs. */
export interface Account extends Followed {
  services: RotatorServices;
  id: string;
  clients: MemberClients;
  pace: Pace;
  /** Of all calls but those that store memory and result. */
  deadline: Deadline;
  /** The policies beside the deployment's own that hold in this account. */
  sides: readonly SidePolicy[];
  /** The same, with the one that this run is of. */
  runPolicy: RunPolicy;
  /** For a user who follows this one. */
  follow: (side: SidePolicy | undefined) => Followed;
  exemption: ExemptionRules;
  invocation: Invocation;
  dryRun: boolean;
  /** As it was read at the beginning, without what was told in mails that were not delivered. */
  read: ReadMemory;
  /** The same with it: what is stored until this run stores something else. */
  stored: AccountMemory;
  /** Mails that were not delivered, or why that is not known. */
  deliveryFailures: Failure[];
  /** Its part that decisions may know. */
  remembered: ReadonlyMap<string, Remembered>;
}

/** Assumes the member role and reads what is remembered of the account; throws an AccountFailedError before anything has changed. */
export async function enterAccount(services: RotatorServices, event: RotatorEvent, invocation: Invocation): Promise<Account> {
  const { environment, clock } = services;
  const side = event.policy === undefined ? undefined : sideNamed(environment, event.account, event.policy);
  const credentials = await assumeMemberRole(services.sts, {
    account: event.account,
    partition: invocation.partition,
    role: environment.MEMBER_ROLE,
    session: invocation.runId,
  });
  const known = await services.memory.read(event.account);
  const pace = new Pace(CONCURRENCY);
  const worksUntil = stopsCallingAt(invocation);
  const deadline = new Deadline(clock, worksUntil);
  deadline.watch(services.ses);
  const { memory, failures: deliveryFailures } = await delivered(services, event.account, known.memory);
  const watches = [pace, deadline];
  // Innermost: a call that was not begun is none.
  const watched = [...watches, new RequestRecorder(clock)];
  const clients = memberClients(credentials, ...watched);
  const intents = openIntentRecords({ s3: services.s3, bucket: environment.RESULTS_BUCKET }, { account: event.account, watches });
  const follow = followWith(services, { id: event.account, clients, intents, watches: watched, invocation });
  const sides = sidesIn(environment, event.account);
  return {
    services,
    id: event.account,
    clients,
    pace,
    deadline,
    sides,
    runPolicy: { rules: sides, ...(side && { follows: side.name }) },
    follow,
    ...follow(side),
    exemption: { group: environment.EXEMPTION_GROUP, paths: environment.EXEMPT_PATHS ?? [], tag: environment.EXEMPT_TAG },
    invocation,
    dryRun: environment.DRY_RUN || event.dryrun === true,
    read: { ...known, memory },
    stored: known.memory,
    deliveryFailures,
    remembered: rememberedKeys(memory),
  };
}
