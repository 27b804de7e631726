import { paginateListUsers } from '@aws-sdk/client-iam';
import type { IntentRecords } from '../../../lambda/core/store/intent-records';
import type { KeyStore } from '../../../lambda/core/store/key-store';
import type { Remembered, UserFacts } from '../../../lambda/core/plan/user-facts';
import { readExemptUsers } from '../../../lambda/core/read/exemption';
import { pageItems } from '../../../lambda/core/read/page-items';
import { readMembership, type Membership } from '../../../lambda/core/read/policy-members';
import { readUser } from '../../../lambda/core/read/read-user';
import { sidesIn } from '../../../lambda/shared/environment';
import { rememberedKeys } from '../../../lambda/rotator/memory/account-memory';
import { MemoryStore } from '../../../lambda/rotator/memory/memory-store';
import { openIntentRecords } from '../../../lambda/rotator/memory/open-intent-records';
import { errorFacts, RotationError } from '../../../lambda/shared/errors';
import type { OnUser } from '../../keys/operations/list-keys';
import type { Session } from '../../keys/session';
import type { Rotation } from '../service';
import type { KnownUser } from '../simulation/simulated-user';
import { openStore } from './open-store';

/** A user who could not be read, with AWS's reason. */
export interface UnreadUser {
  user: string;
  reason: string;
}

/** Everything that a rotation knows of the users of an account. */
export interface ReadAccount {
  account: string;
  users: KnownUser[];
  unread: UnreadUser[];
  notes: string[];
}

/** What reading one user needs, as a run has it. */
export interface Reading {
  account: string;
  store: KeyStore;
  members: ReadonlySet<string>;
  /** Who follows a policy beside the deployment's own. */
  membership: Membership;
  memory: ReadonlyMap<string, Remembered>;
  notes: string[];
  /** `asksSecret`: the secret is asked, too, where it cannot change what is decided. */
  read: (user: { name: string; arn: string }, asksSecret?: boolean) => Promise<UserFacts | undefined>;
}

const NO_POLICIES: Membership = { of: () => [], members: [] };

/** Whoever reads has no records of intents where nothing is deployed. */
const NO_RECORDS: IntentRecords = {
  note: () => Promise.resolve(),
  isOurs: () => Promise.resolve(false),
  announced: () => Promise.resolve(false),
};

/** Reads what concerns the account as a whole; throws when it cannot be told who is exempt. */
export async function openReading(session: Session, { environment, service }: Rotation, clock: () => Date): Promise<Reading> {
  const { account, partition } = await session.whoAmI();
  const notes: string[] = [];
  const { EXEMPTION_GROUP, EXEMPTION_GROUP_EXISTS: exists, RESULTS_BUCKET: bucket } = environment;
  const members = await readExemptUsers(session.iam, EXEMPTION_GROUP, { exists });
  const sides = sidesIn(environment, account);
  const membership = sides.length === 0 ? NO_POLICIES : await readMembership(session.iam, sides);
  let memory: ReadonlyMap<string, Remembered> = new Map();
  if (service) {
    try {
      memory = rememberedKeys((await new MemoryStore(service.s3, bucket).read(account)).memory);
    } catch (error) {
      notes.push(`${account}: ${errorFacts(error).message}; steps may come earlier than it says here.`);
    }
  }
  const store = openStore(session, { environment, ...(service && { service }) }, { account, partition });
  const intents = service ? openIntentRecords({ s3: service.s3, bucket }, { account, watches: [] }) : NO_RECORDS;
  const services = { iam: session.iam, store, intents, clock };
  const read: Reading['read'] = (user, asksSecret = false) =>
    readUser(services, user, { allUses: true, memory, asksSecret: () => asksSecret });
  return { account, store, members, membership, memory, notes, read };
}

/** A user with what exempts them or leads them to other runs. */
export function knownUser(facts: UserFacts, { members, membership }: Pick<Reading, 'members' | 'membership'>): KnownUser {
  const policies = membership.of(facts);
  return { facts, isMember: members.has(facts.name), ...(policies.length > 0 && { policies }) };
}

/** Reads every user of an account, all pages; who is deleted meanwhile is left out, and who cannot be read is named. */
export async function readAccount(session: Session, rotation: Rotation, clock: () => Date, onUser: OnUser): Promise<ReadAccount> {
  const { account, members, membership, notes, read } = await openReading(session, rotation, clock);
  const names: { name: string; arn: string }[] = [];
  for await (const page of paginateListUsers({ client: session.iam }, {})) {
    for (const { UserName, Arn } of pageItems('ListUsers', page, page.Users)) {
      if (!UserName || !Arn) throw new RotationError('IAM listed a user without name or ARN');
      names.push({ name: UserName, arn: Arn });
    }
  }
  names.sort((a, b) => (a.name < b.name ? -1 : 1));
  let done = 0;
  onUser(done, names.length);
  const unread: UnreadUser[] = [];
  const users = await session.pace.each(names, async (user): Promise<KnownUser[]> => {
    try {
      const facts = await read(user);
      return facts ? [knownUser(facts, { members, membership })] : [];
    } catch (error) {
      const { error: code, message } = errorFacts(error);
      unread.push({ user: user.name, reason: `${code}: ${message}` });
      return [];
    } finally {
      onUser((done += 1), names.length);
    }
  });
  return { account, users: users.flat(), unread: unread.sort((a, b) => (a.user < b.user ? -1 : 1)), notes };
}
