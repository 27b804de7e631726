import type { PeopleAction } from '../shared/actions';
import type { Step } from '../shared/decision';
import type { Level } from './urgency';
import { count } from './words';

/**
 * The sections of a digest, warnings by what they warn of; `attention` holds what is blocked, postponed or failed, `policy-day` what runs did
 * of whose single keys no mail tells.
 */
export type SectionKind = Exclude<PeopleAction, 'warn'> | `warn-${Step}` | 'attention' | 'policy-day';

/** The words of a section. */
export interface Wording {
  title: string;
  intro: string;
  /** `2 new keys`, for the subject. */
  counted: (items: number) => string;
}

const attention: Wording = {
  title: 'Needs attention',
  intro: 'The next step of these cannot be taken. It is tried again with every run; where a person has to act, the reason says so.',
  counted: (n) => count(n, 'needs attention', 'need attention'),
};

/** What failed, and what only waits for the next run, are no matters of the same kind. */
const ATTENTION: Partial<Readonly<Record<Level, Wording>>> = {
  failed: {
    ...attention,
    title: 'Failed',
    intro: 'These failed, and are tried again with every run. Where a person has to act, each says what to do.',
    counted: (n) => count(n, 'failed', 'failed'),
  },
  info: {
    ...attention,
    title: 'Left for the next run',
    intro: 'Nothing is to be done: the next run takes these up.',
    counted: (n) => count(n, 'left for the next run', 'left for the next run'),
  },
};

/** In the order in which a digest shows what is equally urgent. */
const ENFORCING: Record<SectionKind, Wording> = {
  attention,
  rotate: {
    title: 'A new key is ready: switch to it now',
    intro:
      'The new key is in AWS Secrets Manager. The old key keeps working until the date shown, so that you can change over without a gap.',
    counted: (n) => count(n, 'new key'),
  },
  notify: {
    title: 'Will be disabled without a replacement',
    intro: 'These keys get no successor; each says why. Whoever still uses one must move to another key before the date shown.',
    counted: (n) => count(n, 'to be disabled', 'to be disabled'),
  },
  announce: {
    title: 'Will be disabled: switch to the new key',
    intro:
      'The new key has been in AWS Secrets Manager for some time, and nobody could be told until now. Change over before the date shown.',
    counted: (n) => count(n, 'announced anew', 'announced anew'),
  },
  hold: {
    title: 'Still in use after its time',
    intro:
      'These keys should be off by now but are still being used. Change over to the new key; they are disabled on the date shown at the latest.',
    counted: (n) => count(n, 'still in use', 'still in use'),
  },
  'warn-disable': {
    title: 'Disabled soon: change over now',
    intro: 'These keys still work, and stop working on the date shown. Whatever uses one must have another key by then.',
    counted: (n) => count(n, 'disabled soon', 'disabled soon'),
  },
  disable: {
    title: 'Disabled',
    intro: 'These keys no longer work. If something stopped working, the key can be enabled again until it is deleted.',
    counted: (n) => count(n, 'disabled', 'disabled'),
  },
  'note-lost': {
    title: 'A new key is in no secret',
    intro:
      'These new keys were stored, and somebody has deleted or replaced their secrets. The old keys keep working; unless the secret comes back, new keys are issued. Nothing is to be done.',
    counted: (n) => count(n, 'new key lost', 'new keys lost'),
  },
  'follow-rename': {
    title: 'Renamed users can read their secret',
    intro:
      'These users have another name than when their key was stored. Their secrets keep the old name and are open to them again; the old keys get a fresh period of grace.',
    counted: (n) => count(n, 'user renamed', 'users renamed'),
  },
  'restore-secret': {
    title: 'Secret restored',
    intro: 'These new keys were in a secret that was being deleted. It can be read again, and the old keys get a fresh period of grace.',
    counted: (n) => count(n, 'secret restored', 'secrets restored'),
  },
  'note-reenabled': {
    title: 'Enabled again by a person',
    intro:
      'These keys had been disabled and somebody enabled them again. They get a fresh period of grace. Where there is a new key, please change over to it.',
    counted: (n) => count(n, 're-enabled', 're-enabled'),
  },
  'warn-delete': {
    title: 'Deleted soon',
    intro: 'These keys are switched off, and are deleted for good on the date shown.',
    counted: (n) => count(n, 'deleted soon', 'deleted soon'),
  },
  'note-inactive': {
    title: 'Inactive, will be deleted',
    intro: 'These keys are switched off. They are deleted on the date shown unless somebody enables them again.',
    counted: (n) => count(n, 'to be deleted', 'to be deleted'),
  },
  'warn-rotate': {
    title: 'A new key comes soon',
    intro: 'Nothing has happened to these keys yet. On the date shown each gets a successor, and works on for some days beside it.',
    counted: (n) => count(n, 'new key soon', 'new keys soon'),
  },
  delete: {
    title: 'Deleted',
    intro: 'These keys are gone for good; this cannot be undone. Whatever still used one needs another key.',
    counted: (n) => count(n, 'deleted', 'deleted'),
  },
  'remove-orphan': {
    title: 'Unfinished keys removed',
    intro:
      'An interrupted run had created these keys, and nobody ever received them. They are removed and the rotation starts anew; nothing is to be done.',
    counted: (n) => count(n, 'unfinished key removed', 'unfinished keys removed'),
  },
  'delete-secret': {
    title: 'Secret no longer needed',
    intro:
      'Nothing changes for whoever uses these keys. Their secrets were not read for a long time and are deleted; the next new key gets a secret again.',
    counted: (n) => count(n, 'secret deleted', 'secrets deleted'),
  },
  'orphaned-secret': {
    title: 'Secrets of users who are gone',
    intro: 'These users were deleted, and every key in their secrets with them; each secret says what becomes of it.',
    counted: (n) => count(n, 'secret without its user', 'secrets without their users'),
  },
  'delete-orphaned-secret': {
    title: 'Secret of a gone user deleted',
    intro: 'These users were deleted long ago, and every key in their secrets with them. The secrets can be restored until the date shown.',
    counted: (n) => count(n, 'secret of a gone user deleted', 'secrets of gone users deleted'),
  },
  'unclear-exemption': {
    title: 'Exempt or not?',
    intro:
      'A tag of these users speaks of an exemption and does not do what it seems to; each says why. Give the tag a last day such as 2027-01-31, have the user put into the group of exempt users, or take the tag off.',
    counted: (n) => count(n, 'unclear exemption', 'unclear exemptions'),
  },
  'policy-day': {
    title: 'Keys that are fetched',
    intro: 'What was done since the last mail about keys that are fetched whenever they are needed. No mail tells of single ones.',
    counted: (n) => count(n, 'report of fetched keys', 'reports of fetched keys'),
  },
};

const AUDIT: Record<SectionKind, Wording> = {
  attention,
  rotate: {
    title: 'Would get a new key',
    intro: 'A new key would be stored in AWS Secrets Manager, and the old one would keep working during the period of grace.',
    counted: (n) => count(n, 'to rotate', 'to rotate'),
  },
  notify: {
    title: 'Would be announced: disabled without a replacement',
    intro: 'These keys would get no successor; each says why.',
    counted: (n) => count(n, 'to announce', 'to announce'),
  },
  announce: {
    title: 'Would be announced: disabled after its successor',
    intro: 'Their successors are in AWS Secrets Manager already, and nobody could be told so far.',
    counted: (n) => count(n, 'to announce anew', 'to announce anew'),
  },
  hold: {
    title: 'Would be kept: still in use after its time',
    intro: 'These keys would stay enabled for now because they are still being used.',
    counted: (n) => count(n, 'still in use', 'still in use'),
  },
  disable: {
    title: 'Would be disabled',
    intro: 'These keys would stop working; they could be enabled again until they are deleted.',
    counted: (n) => count(n, 'to disable', 'to disable'),
  },
  'warn-disable': {
    title: 'Would be disabled soon',
    intro: 'These keys work; disabling them would be near.',
    counted: (n) => count(n, 'to disable soon', 'to disable soon'),
  },
  'warn-delete': {
    title: 'Would be deleted soon',
    intro: 'These keys are switched off; deleting them would be near.',
    counted: (n) => count(n, 'to delete soon', 'to delete soon'),
  },
  'warn-rotate': {
    title: 'Would get a new key soon',
    intro: 'Nothing has happened to these keys.',
    counted: (n) => count(n, 'to rotate soon', 'to rotate soon'),
  },
  'note-inactive': {
    title: 'Inactive, would be deleted later',
    intro: 'These keys are switched off. Their recovery time would begin now.',
    counted: (n) => count(n, 'inactive', 'inactive'),
  },
  'note-reenabled': {
    title: 'Enabled again by a person',
    intro: 'These keys had been disabled and somebody enabled them again. They would get a fresh period of grace.',
    counted: (n) => count(n, 're-enabled', 're-enabled'),
  },
  delete: {
    title: 'Would be deleted',
    intro: 'These keys would be gone for good.',
    counted: (n) => count(n, 'to delete', 'to delete'),
  },
  'remove-orphan': {
    title: 'Unfinished keys would be removed',
    intro: 'An interrupted run had created these keys, and nobody ever received them.',
    counted: (n) => count(n, 'unfinished key', 'unfinished keys'),
  },
  'note-lost': {
    title: 'A new key is in no secret',
    intro: 'These new keys were stored, and somebody has deleted or replaced their secrets. New keys would be issued.',
    counted: (n) => count(n, 'new key lost', 'new keys lost'),
  },
  'follow-rename': {
    title: 'Renamed users would read their secret',
    intro: 'These users have another name than when their key was stored.',
    counted: (n) => count(n, 'user renamed', 'users renamed'),
  },
  'restore-secret': {
    title: 'Secret would be restored',
    intro:
      'These new keys are in a secret that is being deleted. It would be restored, and the old keys would get a fresh period of grace.',
    counted: (n) => count(n, 'secret to restore', 'secrets to restore'),
  },
  'delete-secret': {
    title: 'Secret would be deleted',
    intro: 'These keys are in use and their secrets were not read for a long time; the keys themselves would go on working.',
    counted: (n) => count(n, 'secret to delete', 'secrets to delete'),
  },
  'orphaned-secret': {
    title: 'Secrets of users who are gone',
    intro: 'These users were deleted, and every key in their secrets with them; each secret says what becomes of it.',
    counted: (n) => count(n, 'secret without its user', 'secrets without their users'),
  },
  'delete-orphaned-secret': {
    title: 'Secret of a gone user would be deleted',
    intro: 'These users were deleted long ago, and every key in their secrets with them. The secrets would be deleted.',
    counted: (n) => count(n, 'secret of a gone user to delete', 'secrets of gone users to delete'),
  },
  'unclear-exemption': {
    title: 'Exempt or not?',
    intro:
      'A tag of these users speaks of an exemption and does not do what it seems to; each says why. Give the tag a last day such as 2027-01-31, have the user put into the group of exempt users, or take the tag off.',
    counted: (n) => count(n, 'unclear exemption', 'unclear exemptions'),
  },
  'policy-day': {
    title: 'Keys that would be fetched',
    intro: 'What would have been done since the last mail about keys that are fetched whenever they are needed.',
    counted: (n) => count(n, 'report of fetched keys', 'reports of fetched keys'),
  },
};

/** A key that was in use until it was disabled. */
const OUTAGE: Wording = {
  title: 'Disabled, and in use until then',
  intro:
    'These keys no longer work, and something used them to the last. Give it the new key where there is one; or enable the old key again.',
  counted: (n) => count(n, 'disabled while in use', 'disabled while in use'),
};

/** The sections in the order in which a digest shows what is equally urgent. */
export const SECTION_ORDER = Object.keys(ENFORCING) as readonly SectionKind[];

/** The words of one section, in what happened (enforcing) or what would have happened (DryRun). */
export function wording(kind: SectionKind, dryRun: boolean, level: Level = 'info'): Wording {
  if (kind === 'disable' && level === 'outage') return OUTAGE;
  if (kind === 'attention' && !dryRun) return ATTENTION[level] ?? attention;
  const words = (dryRun ? AUDIT : ENFORCING)[kind];
  if (level !== 'last-day') return words;
  const todo = words.title.split(': ').at(-1) ?? words.title;
  return { ...words, title: `Last day: ${(todo[0] ?? '').toLowerCase()}${todo.slice(1)}` };
}
