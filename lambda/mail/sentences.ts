import type { ActionResult, KeyFacts } from '../runs/schemas';
import type { PeopleAction } from '../shared/actions';
import { isEnding, useOf } from './urgency';
import { showDay } from './words';

/** What was done about a key, and what follows. */
export function happened(action: PeopleAction, result: ActionResult, on: string): string {
  const at = on && ` on ${on}`;
  const then = (text: string): string => (on ? text : '');
  switch (action) {
    case 'rotate':
      return `${result.successorId ? `The new key is ${result.successorId}.` : 'A new key was issued.'}${then(` The old one will be disabled${at}.`)}`;
    case 'notify':
    case 'announce':
      return `This key will be disabled${at}.`;
    case 'note-lost':
      return 'Nobody has this key: it is in no secret and was never used.';
    case 'unclear-exemption':
      return 'It is not clear whether this user is to be exempt.';
    case 'orphaned-secret':
      return `This user is gone, and their secret is still there.${then(` It is deleted${at} at the earliest.`)}`;
    case 'delete-orphaned-secret':
      return `The secret of this user, who is gone, is scheduled for deletion.${then(` It can be restored until ${on}.`)}`;
    case 'follow-rename':
      return `The user may read the secret of their former name.${then(` This key will be disabled${at}.`)}`;
    case 'hold':
      return `This key stays enabled while it is used${then(`, until ${on} at the latest`)}.`;
    case 'disable':
      return `This key was disabled.${then(` It will be deleted${at}.`)}`;
    case 'warn':
      return result.step === 'rotate' ? `A new key will be issued${at}.` : `This key will be ${result.step ?? 'disable'}d${at}.`;
    case 'note-inactive':
      return `This key is inactive.${then(` It will be deleted${at}.`)}`;
    case 'note-reenabled':
      return `Somebody enabled this key again.${on ? ` It will be disabled${at}.` : ' It gets a successor in its time; nothing is to be done.'}`;
    case 'delete':
      return 'This key was deleted.';
    case 'remove-orphan':
      return 'This key was removed.';
    case 'delete-secret':
      return `The secret of this key is scheduled for deletion; the key itself goes on working.${then(` The secret can be restored until ${on}.`)}`;
    case 'restore-secret':
      return 'The secret of this key was being deleted and is back.';
  }
}

/** What a DryRun would have done. */
export function wouldHappen(action: PeopleAction, result: ActionResult, on: string): string {
  const at = on && ` on ${on}`;
  const then = (text: string): string => (on ? text : '');
  switch (action) {
    case 'rotate':
      return `A new key would be issued.${then(` The old one would be disabled${at}.`)}`;
    case 'notify':
    case 'announce':
      return `The user would be told that this key is disabled${at}.`;
    case 'note-lost':
      return 'Nobody has this key: it is in no secret and was never used.';
    case 'unclear-exemption':
      return 'It is not clear whether this user is to be exempt.';
    case 'orphaned-secret':
      return 'This user is gone, and their secret is still there.';
    case 'delete-orphaned-secret':
      return 'The secret of this user, who is gone, would be deleted.';
    case 'follow-rename':
      return `The user would be let read the secret of their former name.${then(` This key would be disabled${at}.`)}`;
    case 'hold':
      return `This key would stay enabled while it is used${then(`, until ${on} at the latest`)}.`;
    case 'disable':
      return `This key would be disabled.${then(` It would be deleted${at}.`)}`;
    case 'warn':
      return result.step === 'rotate' ? `A new key would be issued${at}.` : `This key would be ${result.step ?? 'disable'}d${at}.`;
    case 'note-inactive':
      return `This key is inactive.${then(` It would be deleted${at}.`)}`;
    case 'note-reenabled':
      return `Somebody enabled this key again.${then(` It would be disabled${at}.`)}`;
    case 'delete':
      return 'This key would be deleted.';
    case 'remove-orphan':
      return 'This key would be removed.';
    case 'delete-secret':
      return 'The secret of this key would be deleted; the key itself would go on working.';
    case 'restore-secret':
      return 'The secret of this key, which is being deleted, would be restored.';
  }
}

/** Since when the key that replaces this one waits, and whether it was fetched; empty when it was made now, or there is none. */
export function newKeySentence({ successorId, successorSince, successorFetched }: ActionResult, region: string): string {
  if (successorId === undefined || successorSince === undefined) return '';
  const waits = `The new key ${successorId} has been in AWS Secrets Manager since ${showDay(successorSince)}`;
  if (successorFetched === undefined) return `${waits}.`;
  if (successorFetched === 'never') return `${waits}; nobody has fetched it yet from the secret in ${region}.`;
  return `${waits}; it was last fetched on ${showDay(successorFetched)}.`;
}

/** Whether a key that is replaced or disabled is still used, as far as AWS tells. */
export function useSentence(key: KeyFacts | undefined, result: ActionResult, now: Date): string {
  if (!key || !isEnding(result)) return '';
  const last = lastUse(key);
  const name = result.successorId === undefined ? 'This key' : 'The old key';
  switch (useOf(key, result, now)) {
    case 'unknown':
      return '';
    case 'never':
      return `${name} was never used.`;
    case 'fetching':
      return `${name} was ${last}: that may be the fetching of the new one.`;
    case 'before':
      return result.successorSince === undefined
        ? `${name} has not been used for more than a week: ${last}.`
        : `The old key has not been used since the new one was made: ${last}.`;
    case 'in-use':
      if (result.action === 'disable') return `${name} was in use until now: ${last}.`;
      return result.successorSince === undefined
        ? `${name} is still used: ${last}.`
        : `The old key is still used: ${last}, after the new one was made.`;
  }
}

/** `never used`, or when, by which service and where the key was last used; empty when it was not asked. */
export function lastUse(key: KeyFacts): string {
  if (key.lastUsed === undefined) return '';
  if (key.lastUsed === 'never') return 'never used';
  const known = (text: string | undefined, word: string): string => (text && text !== 'N/A' ? ` ${word} ${text}` : '');
  return `last used ${showDay(key.lastUsed)}${known(key.lastUsedService, 'by')}${known(key.lastUsedRegion, 'in')}`;
}
