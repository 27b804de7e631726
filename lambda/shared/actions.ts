import type { Action, Promised, Step } from './decision';

/** Everything that differs from action to action beside what is done: a new action does not compile without all of it. */
interface ActionTraits {
  /** It changes IAM or Secrets Manager, tags of a user included: DryRun plans it and does not do it. */
  mutates: boolean;
  /** A step of the key is due but cannot be taken: the run summary lists it as blocked. */
  blocks: boolean;
  /** Where a digest shows it: in a section of its own, among what needs attention in a mail that goes anyway, or nowhere. */
  section: 'own' | 'attention' | 'none';
  /** The metric that counts it when it is done; no metric has an account dimension, which would cost money per account. */
  metric: string | undefined;
  /** It is an event on the event bus, for whoever wants to react. */
  event: boolean;
  /** It is a line in the log. */
  logged: boolean;
  /** What the run summary calls it; housekeeping, of which nobody needs to hear, has none. */
  label: string | undefined;
  /** What it tells people the date of, which is kept; `announced`: the step that the action itself names. */
  promises?: Promised | 'announced';
}

/** Every action, in the order in which the run summary counts them. */
export const ACTIONS = {
  rotate: {
    mutates: true,
    blocks: false,
    section: 'own',
    metric: 'KeysRotated',
    event: true,
    logged: true,
    label: 'Rotate',
    promises: 'disable',
  },
  disable: {
    mutates: true,
    blocks: false,
    section: 'own',
    metric: 'KeysDisabled',
    event: true,
    logged: true,
    label: 'Disable',
    promises: 'delete',
  },
  delete: { mutates: true, blocks: false, section: 'own', metric: 'KeysDeleted', event: true, logged: true, label: 'Delete' },
  notify: {
    mutates: true,
    blocks: false,
    section: 'own',
    metric: 'NoticesGiven',
    event: true,
    logged: true,
    label: 'Announce disabling',
    promises: 'disable',
  },
  announce: {
    mutates: false,
    blocks: false,
    section: 'own',
    metric: 'NoticesGiven',
    event: true,
    logged: true,
    label: 'Announce disabling anew',
    promises: 'disable',
  },
  warn: {
    mutates: false,
    blocks: false,
    section: 'own',
    metric: 'WarningsGiven',
    event: true,
    logged: true,
    label: 'Warn',
    promises: 'announced',
  },
  hold: {
    mutates: false,
    blocks: false,
    section: 'own',
    metric: 'KeysHeld',
    event: true,
    logged: true,
    label: 'Keep while in use',
    promises: 'hold',
  },
  'note-inactive': {
    mutates: true,
    blocks: false,
    section: 'own',
    metric: undefined,
    event: true,
    logged: true,
    label: 'Found inactive',
    promises: 'delete',
  },
  'note-reenabled': {
    mutates: true,
    blocks: false,
    section: 'own',
    metric: 'KeysReenabled',
    event: true,
    logged: true,
    label: 'Enabled again by a person',
    promises: 'disable',
  },
  'remove-orphan': {
    mutates: true,
    blocks: false,
    section: 'own',
    metric: 'OrphansRemoved',
    event: true,
    logged: true,
    label: 'Remove unfinished key',
  },
  'note-lost': {
    mutates: true,
    blocks: false,
    section: 'own',
    metric: 'SuccessorsLost',
    event: true,
    logged: true,
    label: 'New key is in no secret',
  },
  'follow-rename': {
    mutates: true,
    blocks: false,
    section: 'own',
    metric: undefined,
    event: true,
    logged: true,
    label: 'User was renamed',
    promises: 'disable',
  },
  'restore-secret': { mutates: true, blocks: false, section: 'own', metric: undefined, event: true, logged: true, label: 'Restore secret' },
  'delete-secret': {
    mutates: true,
    blocks: false,
    section: 'own',
    metric: 'SecretsDeleted',
    event: true,
    logged: true,
    label: 'Delete secret',
  },
  'orphaned-secret': {
    mutates: false,
    blocks: false,
    section: 'own',
    metric: 'SecretsOrphaned',
    event: true,
    logged: true,
    label: 'Secret without its user',
  },
  'delete-orphaned-secret': {
    mutates: true,
    blocks: false,
    section: 'own',
    metric: 'SecretsDeleted',
    event: true,
    logged: true,
    label: 'Delete secret without its user',
  },
  blocked: { mutates: false, blocks: true, section: 'attention', metric: 'KeysBlocked', event: true, logged: true, label: 'Blocked' },
  'wait-for-replica': {
    mutates: true,
    blocks: true,
    section: 'attention',
    metric: 'KeysBlocked',
    event: true,
    logged: true,
    label: 'Blocked by a replica',
  },
  'note-issued': {
    mutates: true,
    blocks: true,
    section: 'attention',
    metric: 'KeysBlocked',
    event: true,
    logged: true,
    label: 'Our tags were taken off',
  },
  'unclear-exemption': {
    mutates: false,
    blocks: false,
    section: 'own',
    metric: undefined,
    event: true,
    logged: true,
    label: 'Exemption unclear',
  },
  skip: {
    mutates: false,
    blocks: false,
    section: 'none',
    metric: undefined,
    event: false,
    logged: true,
    label: 'Left alone (exempt or busy)',
  },
  'note-unfinished': {
    mutates: true,
    blocks: false,
    section: 'none',
    metric: undefined,
    event: false,
    logged: true,
    label: undefined,
  },
  forget: { mutates: true, blocks: false, section: 'none', metric: undefined, event: false, logged: true, label: undefined },
  wait: { mutates: false, blocks: false, section: 'none', metric: undefined, event: false, logged: false, label: undefined },
} as const satisfies Readonly<Record<Action, ActionTraits>>;

/** The actions that a digest shows in a section of their own. */
export type PeopleAction = { [A in Action]: (typeof ACTIONS)[A]['section'] extends 'own' ? A : never }[Action];

/** Whether people must hear about this kind of action. */
export const isPeopleAction = (action: Action): action is PeopleAction => ACTIONS[action].section === 'own';

/** Whether this is one of our actions: a stored result may name one of an older or newer version. */
export const isAction = (name: string): name is Action => Object.hasOwn(ACTIONS, name);

/** Whether a stored result's action says that a step is due and cannot be taken. */
export const isBlocking = (name: string): boolean => isAction(name) && ACTIONS[name].blocks;

/** What an action gives people the date of, which is kept; undefined for an action that promises nothing. */
export function promisedBy({ action, step }: { action: Action; step?: Step }): Promised | undefined {
  const { promises }: ActionTraits = ACTIONS[action];
  if (promises !== 'announced') return promises;
  return step === 'rotate' ? undefined : step;
}
