import { UntagUserCommand } from '@aws-sdk/client-iam';
import { issueKey, removeKey, type IssuingServices } from '../../../lambda/core/act/issue-key';
import { planOrphans, runningIntent } from '../../../lambda/core/plan/plan-orphans';
import type { UserFacts } from '../../../lambda/core/plan/user-facts';
import { findUser, readUser } from '../../../lambda/core/read/read-user';
import type { IntentRecords } from '../../../lambda/core/store/intent-records';
import type { KeyStore } from '../../../lambda/core/store/key-store';
import { SecretStore } from '../../../lambda/core/store/secret-store';
import { codeOf, errorFacts, KeyNotStoredError, RotationError } from '../../../lambda/shared/errors';
import type { Session } from '../session';
import { markByHand } from './by-hand';
import { aboutUser } from './no-such-user';
import { shownKey, useInWords, type ShownKey } from './list-keys';

/** The most that storing a key takes, with every repeat; until then, others leave the user alone. */
export const ISSUING_MS = 5 * 60_000;
/** IAM's own limit: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_KEYS = 2;

/** A person answers for the intents of commands, which the rotator has no record of: they are asked before anything is removed. */
const VOUCHED: IntentRecords = {
  note: () => Promise.resolve(),
  isOurs: () => Promise.resolve(true),
  announced: () => Promise.resolve(false),
};

/** What creating a key for a user would do. */
export interface CreatePlan {
  user: { name: string; arn: string };
  /** The user as they were read. */
  facts: UserFacts;
  /** Name of the secret that the key is stored in. */
  secret: string;
  /** The user's keys as they are, oldest first. */
  keys: ShownKey[];
  /** Keys whose grace begins with the new one, where the rotation is deployed. */
  superseded: ShownKey[];
  /** A key that an interrupted command or run left behind, which nobody has, with the tags that say so. */
  lost?: { keyId: string; tagKeys: readonly string[] };
}

/** What came of it. */
export interface Created {
  user: string;
  keyId: string;
  secret: string;
  superseded: string[];
  /** What is left for the next command to tidy up. */
  leftover?: string;
}

/** Where the secrets of an account's users are, by the settings of the rotation that looks after them, or by defaults. */
export interface SecretPlace {
  store: KeyStore;
  /** The stack of that rotation; absent when there is none. */
  stack?: { name: string; dryRun: boolean };
  /** Throws for a user whom a rotation looks after that is not this one. */
  refuse: (facts: UserFacts) => Promise<void>;
}

/** What becomes of an active key beside which a new one is stored. */
export function graceOf({ stack }: SecretPlace): string {
  if (!stack) return 'No rotation looks after this user: deactivate the old key once nothing uses it.';
  const { name, dryRun } = stack;
  if (dryRun)
    return `The grace of the old key begins; the rotation (stack ${name}) has dryRun=true, and disables nothing until that is over.`;
  return `The grace of the old key begins, and the rotation (stack ${name}) disables it when that is over.`;
}

const servicesOf = ({ iam, iamWithoutRetries }: Session, store: KeyStore): IssuingServices => {
  const endsAt = new Date(Date.now() + ISSUING_MS);
  return {
    iam,
    iamWithoutRetries,
    store,
    intents: VOUCHED,
    clock: () => new Date(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    worksUntil: endsAt,
    endsAt,
  };
};

/**
 * Looks at the user, and changes nothing; `isHeld` says of a key that seems lost whether somebody has it after all. A user for whom no key can be created now is a
 * RotationError that says what to do.
 */
export async function planCreate(
  session: Session,
  userName: string,
  now: Date,
  { place, isHeld = () => false }: { place?: SecretPlace; isHeld?: (keyId: string) => boolean } = {},
): Promise<CreatePlan> {
  const { account } = await session.whoAmI();
  const user = await aboutUser(session, userName, () => findUser(session.iam, userName, account));
  const store = place?.store ?? new SecretStore(session.secrets, account);
  const facts = await readUser(servicesOf(session, store), user, { allUses: true });
  if (!facts) throw new RotationError(`account ${account} has no user "${userName}" any more`);
  await place?.refuse(facts);
  const running = runningIntent(facts);
  if (running) {
    throw new RotationError(`a key is being issued for ${user.name} at the moment; look again after ${running.until.toISOString()}`);
  }
  const left = lostKeyOf(facts, now);
  const lost = left && !isHeld(left.keyId) ? left : undefined;
  const kept = facts.keys.filter(({ id }) => id !== lost?.keyId);
  const keys = kept.map((key) => shownKey(user.name, key, now));
  if (keys.length >= MAX_KEYS) throw new RotationError(noRoom(user.name, keys));
  const superseded = keys.filter(({ status }) => status === 'Active');
  return { user, facts, secret: store.nameFor(user.name), keys, superseded, ...(lost && { lost }) };
}

function lostKeyOf(facts: UserFacts, now: Date): CreatePlan['lost'] {
  const decisions = planOrphans(facts, now);
  const lost = decisions.find((decision) => decision.action === 'remove-orphan');
  if (!lost) return undefined;
  return { keyId: lost.keyId, tagKeys: decisions.flatMap((decision) => (decision.action === 'forget' ? decision.tagKeys : [])) };
}

/** Why there is no third key, and how to make room. */
function noRoom(user: string, keys: readonly ShownKey[]): string {
  const described = keys.map(({ keyId, status, ageDays, lastUsed }) => {
    return `${keyId} (${status}, ${ageDays} days old, ${useInWords({ lastUsed })})`;
  });
  const inactive = keys.find(({ status }) => status === 'Inactive');
  const unused = keys.find(({ lastUsed }) => lastUsed === undefined);
  const advice = inactive
    ? `make room: iam-keys delete ${inactive.keyId}`
    : unused
      ? `if nobody has it, make room: iam-keys deactivate ${unused.keyId}, then iam-keys delete ${unused.keyId}`
      : `find out which one is needed no more, then: iam-keys deactivate KEY, and, once nothing has missed it, iam-keys delete KEY`;
  return `${user} has two access keys, and IAM allows no third: ${described.join(', ')}; ${advice}`;
}

/** Removes what an interrupted command or run left, which a person has agreed to. */
export async function removeLost({ iam }: Pick<Session, 'iam'>, { user, lost }: CreatePlan): Promise<void> {
  if (!lost) return;
  await removeKey(iam, user.name, lost.keyId);
  await iam.send(new UntagUserCommand({ UserName: user.name, TagKeys: [...lost.tagKeys] }));
}

/**
 * Creates a key and stores it in the user's secret by the service's own protocol: the secret is proven writable before there is a key, and
 * killed at any moment, what is left is either stored or found by the tag of its intent.
 */
export async function createIntoSecret(session: Session, plan: CreatePlan, { store, stack }: SecretPlace): Promise<Created> {
  const { user, keys, facts } = plan;
  if (stack === undefined) await markByHand(session.iam, facts, new Date());
  await removeLost(session, plan);
  const ids = keys.map(({ keyId }) => keyId);
  const issued = await issueKey(servicesOf(session, store), user, ids).catch((cause: unknown) => {
    throw stack === undefined ? cause : plainly(cause, plan);
  });
  if (!issued.issued) throw new RotationError(`${user.name}: ${issued.reason}`);
  const { keyId, leftover } = issued;
  const superseded = plan.superseded.map((key) => key.keyId);
  return { user: user.name, keyId, secret: store.nameFor(user.name), superseded, ...(leftover !== undefined && { leftover }) };
}

/** What a person may not write, the rotation may all the same. */
function plainly(cause: unknown, { user, secret }: CreatePlan): unknown {
  if (cause instanceof KeyNotStoredError || !codeOf(cause).startsWith('AccessDenied')) return cause;
  return new RotationError(
    `you may not write the secret ${secret} (${rootOf(cause)}); the rotation may: iam-keys rotate ${user.name} has it issue the key`,
    { cause },
  );
}

const rootOf = (error: unknown): string =>
  error instanceof RotationError && error.cause !== undefined ? rootOf(error.cause) : errorFacts(error).message;
