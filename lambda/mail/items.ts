import type { ActionResult, Failure, KeyFacts, UserResult } from '../runs/schemas';
import type { DigestItem } from './model';
import { ACTIONS, isPeopleAction, type PeopleAction } from '../shared/actions';
import type { SectionKind } from './sections';
import { clip, count, shellWord, showDay, showMoment } from './words';

/** One item of a digest with what sorting, filtering and `told` need. */
export interface Entry {
  kind: SectionKind;
  item: DigestItem;
  user?: string;
  keyId?: string;
  /** ISO 8601. */
  on?: string;
}

const MAX_TEXT_CHARACTERS = 600;

const EMPTY: DigestItem = {
  user: 'Account',
  keyId: '',
  age: '',
  lastUsed: '',
  what: '',
  when: '',
  why: '',
  secretName: '',
  commandHint: '',
  command: '',
};

/** `never used`, or when, by which service and where the key was last used; empty when it was not asked. */
export function lastUse(key: KeyFacts): string {
  if (key.lastUsed === undefined) return '';
  if (key.lastUsed === 'never') return 'never used';
  const known = (text: string | undefined, word: string): string => (text && text !== 'N/A' ? ` ${word} ${text}` : '');
  return `last used ${showDay(key.lastUsed)}${known(key.lastUsedService, 'by')}${known(key.lastUsedRegion, 'in')}`;
}

function happened(action: PeopleAction, result: ActionResult, on: string): string {
  const at = on && ` on ${on}`;
  const then = (text: string): string => (on ? text : '');
  switch (action) {
    case 'rotate':
      return `${result.successorId ? `The new key is ${result.successorId}.` : 'A new key was issued.'}${then(` This key will be disabled${at}.`)}`;
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
      return `Somebody enabled this key again.${then(` It will be disabled${at}.`)}`;
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

function wouldHappen(action: PeopleAction, result: ActionResult, on: string): string {
  const at = on && ` on ${on}`;
  const then = (text: string): string => (on ? text : '');
  switch (action) {
    case 'rotate':
      return `A new key would be issued.${then(` This key would be disabled${at}.`)}`;
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

/** What deletes a secret so that it can be restored. */
const RESTORABLE: ReadonlySet<string> = new Set(['delete-secret', 'delete-orphaned-secret']);
/** What leaves a new key to be fetched. */
const FETCHES: ReadonlySet<string> = new Set(['rotate', 'announce', 'follow-rename', 'restore-secret']);

function commandFor(user: string, result: ActionResult, region: string, on: string): Pick<DigestItem, 'commandHint' | 'command'> {
  if (result.outcome !== 'done') return { commandHint: '', command: '' };
  if (FETCHES.has(result.action) && result.secretName) {
    const until = on ? ` until ${on}` : ' for now';
    return {
      commandHint: `Fetch the new key with the old one, which keeps working${until}:`,
      command: `aws secretsmanager get-secret-value --secret-id ${shellWord(result.secretName)} --region ${region} --query SecretString --output text`,
    };
  }
  if (result.action === 'disable' && result.keyId) {
    return {
      commandHint: 'To enable it again, with administrative credentials of the account:',
      command: `aws iam update-access-key --user-name ${shellWord(user)} --access-key-id ${result.keyId} --status Active`,
    };
  }
  if (RESTORABLE.has(result.action) && result.secretName) {
    return {
      commandHint: 'To restore it, with administrative credentials of the account that holds it:',
      command: `aws secretsmanager restore-secret --secret-id ${shellWord(result.secretName)} --region ${region}`,
    };
  }
  return { commandHint: '', command: '' };
}

const explain = (failure: Failure): string => `${failure.step} failed: ${failure.error}: ${failure.message}`;

function attentionText(result: ActionResult, failure: Failure | undefined): string {
  if (result.outcome === 'deferred') return `Postponed: ${result.action} was not done in this run.`;
  if (result.outcome === 'failed') return failure ? explain(failure) : `Failed: ${result.action}.`;
  return 'The next step is due but cannot be taken.';
}

function entry(kind: SectionKind, item: Partial<DigestItem>, facts: { user?: string; keyId?: string; on?: string }): Entry {
  const clipped = Object.fromEntries(Object.entries({ ...EMPTY, ...item }).map(([key, text]) => [key, clip(text, MAX_TEXT_CHARACTERS)]));
  return { kind, item: { ...EMPTY, ...clipped }, ...facts };
}

function actionEntry(
  user: UserResult,
  result: ActionResult,
  failure: Failure | undefined,
  region: string,
  dryRun: boolean,
): Entry | undefined {
  const key = user.keys.find((k) => k.keyId === result.keyId);
  const when = showMoment(result.on);
  const facts = {
    user: user.user,
    ...(result.keyId === undefined ? {} : { keyId: result.keyId }),
    ...(result.on === undefined ? {} : { on: result.on }),
  };
  const item = {
    user: user.user,
    keyId: result.keyId ?? '',
    age: key ? `${count(key.ageDays, 'day')} old` : '',
    lastUsed: key ? lastUse(key) : '',
    why: result.reason,
  };
  const { section } = ACTIONS[result.action];
  if (result.outcome === 'failed' || section === 'attention' || (result.outcome === 'deferred' && section === 'own')) {
    return entry('attention', { ...item, when, what: attentionText(result, failure) }, facts);
  }
  if (!isPeopleAction(result.action)) return undefined;
  const what = (dryRun ? wouldHappen : happened)(result.action, result, when);
  const secretName = result.secretName ?? '';
  return entry(result.action, { ...item, when, what, secretName, ...commandFor(user.user, result, region, when) }, facts);
}

/** Everything of one user that a digest may show; each of the user's failures appears once, with its action where there is one. */
export function userEntries(user: UserResult, failures: readonly Failure[], region: string, dryRun: boolean): Entry[] {
  const open = [...failures];
  const entries = user.actions.flatMap((result) => {
    const at = result.outcome === 'failed' ? open.findIndex((failure) => failure.step === result.action) : -1;
    const [failure] = at < 0 ? [] : open.splice(at, 1);
    return actionEntry(user, result, failure, region, dryRun) ?? [];
  });
  return [...entries, ...failureEntries(open)];
}

/** One item per failure; a failure of no user concerns the account. */
export function failureEntries(failures: readonly Failure[]): Entry[] {
  return failures.map((failure) =>
    entry(
      'attention',
      { what: explain(failure), ...(failure.user === undefined ? {} : { user: failure.user }) },
      failure.user === undefined ? {} : { user: failure.user },
    ),
  );
}

/** One item that names the users that the run did not reach; none when it reached all. */
export function leftEntries(left: readonly string[]): Entry[] {
  if (left.length === 0) return [];
  const what = `${count(left.length, 'user was', 'users were')} not reached before the time limit; the next run takes them up: ${left.join(', ')}`;
  return [entry('attention', { what }, {})];
}
