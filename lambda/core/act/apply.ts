import { DeleteAccessKeyCommand, TagUserCommand, UntagUserCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { isNoSuchEntity } from '../../shared/errors';
import type { ActionResult } from '../../runs/schemas';
import type { Decision } from '../../shared/decision';
import type { UserFacts } from '../plan/user-facts';
import { listKeys } from '../read/read-user';
import { issueKey, prepareStore, removeKey, type IssuingServices } from './issue-key';
import { keyTag, writeIntent, writeKeyState, type KeyState } from '../plan/key-state';
import { besideOf } from '../plan/plan-active';
import { requireTagRoom } from './tag-room';

/** What came of a decision, beyond what the decision itself says. */
export type Applied = Pick<ActionResult, 'successorId' | 'secretName'> & {
  outcome: 'done' | 'deferred';
  reason?: string;
  /** IAM's refusal says that the user has a key which its list does not show: no trace is to be given up. */
  contradicts?: true;
};

const DONE: Applied = { outcome: 'done' };

/**
 * Carries out one decision and decides nothing itself. `notify` is not done here: it is remembered only after its mail was accepted
 * (`rememberNotice`).
 */
export async function apply(services: IssuingServices, user: UserFacts, decision: Decision): Promise<Applied> {
  switch (decision.action) {
    case 'rotate':
      return rotate(services, user, decision);
    case 'disable':
      if (decision.successor !== undefined && !(await isFetchable(services, user))) return openAndBeginAnew(services, user, decision.keyId);
      await services.iam.send(new UpdateAccessKeyCommand({ UserName: user.name, AccessKeyId: decision.keyId, Status: 'Inactive' }));
      await remember(services, user.name, decision.keyId, { ...stateOf(user, decision.keyId), inactive: services.clock() });
      return DONE;
    case 'delete':
      return remove(services, user, decision.keyId);
    case 'note-inactive':
      await remember(services, user.name, decision.keyId, { ...stateOf(user, decision.keyId), inactive: services.clock() });
      return DONE;
    case 'note-reenabled':
      await remember(services, user.name, decision.keyId, {
        ...issuedPart(stateOf(user, decision.keyId)),
        reenabled: services.clock(),
        times: decision.times,
      });
      return DONE;
    case 'note-issued':
      await noteIssued(services, user, decision.keyId);
      return DONE;
    case 'note-lost':
      await remember(services, user.name, decision.keyId, { ...stateOf(user, decision.keyId), lost: services.clock() });
      return DONE;
    case 'note-unfinished': {
      const { tagKey, ...intent } = decision.intent;
      await tag(services, user.name, tagKey, writeIntent({ ...intent, seen: services.clock() }));
      return DONE;
    }
    case 'follow-rename':
      // The grace first: once the secret is open, nothing else tells the next run that it was not.
      await beginGraceAnew(services, user, decision.keyId);
      await services.store.letRead(decision.from, user.arn);
      return { ...DONE, secretName: services.store.nameFor(decision.from) };
    case 'remove-orphan':
      await removeKey(services.iam, user.name, decision.keyId);
      return DONE;
    case 'delete-secret':
      return deleteSecret(services, user.name, decision.keyId);
    case 'restore-secret':
      await beginGraceAnew(services, user, decision.predecessor);
      await services.store.restore(user.name);
      return { ...DONE, secretName: services.store.nameFor(user.name) };
    case 'forget':
      if (decision.opensSecret) await services.store.letRead(secretOwner(user), user.arn);
      await services.iam.send(new UntagUserCommand({ UserName: user.name, TagKeys: [...decision.tagKeys] }));
      return DONE;
    case 'wait-for-replica':
      await remember(services, user.name, decision.keyId, { ...stateOf(user, decision.keyId), behind: services.clock() });
      return DONE;
    case 'announce':
    case 'unclear-exemption':
    case 'notify':
    case 'warn':
    case 'hold':
    case 'blocked':
    case 'wait':
    case 'skip':
      return DONE;
  }
}

/** Remembers on the user that people were told: the grace of a key that gets no successor begins now. */
export async function rememberNotice(services: IssuingServices, user: UserFacts, keyId: string): Promise<void> {
  await remember(services, user.name, keyId, { ...stateOf(user, keyId), notice: services.clock(), noticeBeside: besideOf(user, keyId) });
}

const stateOf = (user: UserFacts, keyId: string): KeyState => user.state.keys.get(keyId) ?? {};

const remember = (services: IssuingServices, userName: string, keyId: string, state: KeyState): Promise<void> =>
  tag(services, userName, keyTag(keyId), writeKeyState(state));

async function tag({ iam }: IssuingServices, userName: string, Key: string, Value: string): Promise<void> {
  await iam.send(new TagUserCommand({ UserName: userName, Tags: [{ Key, Value }] }));
}

/** By the moment of its creation, as if the invocation that made it had written it. */
async function noteIssued(services: IssuingServices, user: UserFacts, keyId: string): Promise<void> {
  const issued = user.keys.find(({ id }) => id === keyId)?.created;
  const central = services.store.central ?? user.memory.get(keyId)?.central;
  if (issued) await remember(services, user.name, keyId, { ...stateOf(user, keyId), issued, ...(central && { central }) });
}

const issuedPart = ({ issued, central }: KeyState): KeyState => ({ ...(issued && { issued }), ...(central && { central }) });

/**
 * The name by which the user's secret is called: a former one only where a key of theirs was found there, since the tag alone may be
 * anybody's word, and would open another user's secret.
 */
const secretOwner = ({ name, stored }: UserFacts): string => stored.renamed?.from ?? name;

/** Whether the user can read the secret of their new key, as they are called now. */
const isFetchable = ({ store }: IssuingServices, user: UserFacts): Promise<boolean> =>
  user.stored.central && user.stored.renamed ? Promise.resolve(true) : store.isReadable(secretOwner(user), user.arn);

async function openAndBeginAnew(services: IssuingServices, user: UserFacts, keyId: string): Promise<Applied> {
  // The grace first: once the secret is open, nothing else tells the next run that it was not.
  await beginGraceAnew(services, user, keyId);
  await services.store.letRead(secretOwner(user), user.arn);
  return { outcome: 'deferred', reason: 'its user could not read the secret of the new key until now, so its grace begins anew' };
}

/** A key that another invocation stored meanwhile is looked for last: should that fail, the next run restores the secret (`planRescue`). */
async function deleteSecret({ iam, store }: IssuingServices, userName: string, keyId: string): Promise<Applied> {
  await store.scheduleDeletion(userName);
  const keys = await listKeys(iam, userName);
  if (keys.every(({ id }) => id === keyId)) return { ...DONE, secretName: store.nameFor(userName) };
  await store.restore(userName);
  return { outcome: 'deferred', reason: 'another key appeared meanwhile, so the secret was kept' };
}

async function beginGraceAnew(services: IssuingServices, user: UserFacts, keyId: string): Promise<void> {
  if (!user.keys.some((key) => key.id === keyId && key.status === 'Active')) return;
  await remember(services, user.name, keyId, { ...stateOf(user, keyId), behind: services.clock() });
}

async function remove(services: IssuingServices, user: UserFacts, keyId: string): Promise<Applied> {
  try {
    await services.iam.send(new DeleteAccessKeyCommand({ UserName: user.name, AccessKeyId: keyId }));
  } catch (error) {
    if (!isNoSuchEntity(error)) throw error;
    return { outcome: 'deferred', reason: 'the key was already gone' };
  }
  if (user.tags.has(keyTag(keyId))) {
    await services.iam.send(new UntagUserCommand({ UserName: user.name, TagKeys: [keyTag(keyId)] }));
  }
  return DONE;
}

async function rotate(services: IssuingServices, user: UserFacts, decision: Decision & { action: 'rotate' }): Promise<Applied> {
  const { makeRoom } = decision;
  requireTagRoom(user, makeRoom);
  const { inactive, times = 0, ...state } = stateOf(user, decision.keyId);
  // Should it be switched off again before the next run, its recovery time must not have begun long ago.
  if (inactive)
    await remember(services, user.name, decision.keyId, { ...issuedPart(state), reenabled: services.clock(), times: times + 1 });
  if (makeRoom !== undefined) {
    await prepareStore(
      services,
      user,
      user.keys.map(({ id }) => id),
    );
    const removed = await remove(services, user, makeRoom);
    if (removed.outcome !== 'done') {
      await services.store.giveUp(user);
      return { outcome: 'deferred', reason: `${makeRoom} was deleted by somebody else meanwhile; repeat to rotate` };
    }
  }
  const known = user.keys.map((key) => key.id).filter((id) => id !== makeRoom);
  const issued = await issueKey(services, user, known);
  if (!issued.issued) return { outcome: 'deferred', reason: issued.reason, ...(issued.because === 'crowded' && { contradicts: true }) };
  return {
    outcome: 'done',
    successorId: issued.keyId,
    secretName: services.store.nameFor(user.name),
    ...(issued.leftover !== undefined && { reason: `${decision.reason}; ${issued.leftover}` }),
  };
}
