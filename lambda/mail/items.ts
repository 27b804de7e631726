import type { ActionResult, Failure, UserResult } from '../runs/schemas';
import { ACTIONS, isPeopleAction } from '../shared/actions';
import { consoleUrlOf } from './console';
import type { DigestItem, DigestStanza } from './model';
import { remedyForReaders } from './remedies';
import type { SectionKind } from './sections';
import { happened, lastUse, newKeySentence, useSentence, wouldHappen } from './sentences';
import { automaticFor, stepsAfter, stepsFor, waitsFor, type StepFacts } from './steps';
import { isLastDay, LEVEL_WORDS, useOf, type Level } from './urgency';
import { usageFacts } from './usage';
import { explain, saysAll } from './explain';
import { clip, count, showMoment, withShownDates } from './words';

/** One item of a digest with what sorting, filtering and `told` need. */
export interface Entry {
  kind: SectionKind;
  level: Level;
  item: DigestItem;
  user?: string;
  keyId?: string;
  /** ISO 8601. */
  on?: string;
  /** Another key of the user takes the place of this one. */
  hasSuccessor?: true;
  /** It is the user's only key, and nobody ever used it. */
  isUnused?: true;
  stanza?: DigestStanza;
}

/** Of which run the items are. */
export interface ItemFacts {
  region: string;
  dryRun: boolean;
  /** When the run began. */
  now: Date;
  /** The user tag that names owners. */
  ownerTag?: string;
}

const MAX_TEXT_CHARACTERS = 600;

const EMPTY: DigestItem = {
  user: 'Account',
  keyId: '',
  description: '',
  level: 'info',
  urgency: '',
  age: '',
  lastUsed: '',
  what: '',
  when: '',
  why: '',
  todo: '',
  newKey: '',
  use: '',
  usage: '',
  callers: [],
  usageRest: '',
  secretName: '',
  consoleUrl: '',
  steps: [],
  commandHint: '',
  command: '',
};

/** Deadlines by which somebody has to do something; whatever else is dated happens by itself. */
const DEADLINES: ReadonlySet<SectionKind> = new Set([
  ...(['rotate', 'notify', 'announce', 'hold', 'warn-disable', 'note-reenabled', 'follow-rename', 'restore-secret'] as const),
]);
/** Of these no later mail tells; a notice is the first one about its step. */
const LAST_DAYS: ReadonlySet<SectionKind> = new Set(['announce', 'hold', 'warn-disable', 'note-reenabled', 'warn-delete']);

function levelOf(kind: SectionKind, result: ActionResult, user: UserResult, { now, dryRun }: ItemFacts): Level {
  if (dryRun) return 'info';
  const key = user.keys.find(({ keyId }) => keyId === result.keyId);
  if (kind === 'disable' && key && useOf(key, result, now) === 'in-use') return 'outage';
  if (LAST_DAYS.has(kind) && isLastDay(result.on, now)) return 'last-day';
  // A key that somebody enabled again, and that is not to be replaced yet, goes on as any other.
  if (kind === 'note-reenabled' && result.on === undefined) return 'info';
  return DEADLINES.has(kind) || kind === 'unclear-exemption' ? 'act' : 'info';
}

/** Their dates are of no step: until then a secret can be restored, or what is blocked is told of elsewhere. */
export const NO_STEPS: ReadonlySet<SectionKind> = new Set(['attention', 'delete-secret', 'delete-orphaned-secret']);

const urgencyOf = (level: Level, when: string, kind: SectionKind): string => {
  if (when === '') return LEVEL_WORDS[level];
  if (level === 'act') return `${LEVEL_WORDS.act} by ${when}`;
  if (level === 'last-day') return `${LEVEL_WORDS['last-day']} before ${when}`;
  return level === 'outage' || NO_STEPS.has(kind) ? LEVEL_WORDS[level] : `Next step on ${when}`;
};

function attentionText(result: ActionResult, failure: Failure | undefined): string {
  if (result.outcome === 'deferred') return `Postponed: ${result.action} was not done in this run.`;
  if (result.outcome === 'failed') return failure ? explain(failure) : `Failed: ${result.action}.`;
  if (result.action === 'note-issued')
    return 'What we remember of this key in tags of the user was gone, and was written down again. Find out who takes our tags off: from the third time on it is a failure. Where Terraform does, give its provider ignore_tags.';
  return 'The next step is due but cannot be taken.';
}

const attentionLevel = ({ outcome }: Pick<ActionResult, 'outcome'>): Level =>
  outcome === 'failed' ? 'failed' : outcome === 'deferred' ? 'info' : 'act';

/** An item with all that is not said of it left empty, cut where it would fill the mail. */
export function entry(kind: SectionKind, level: Level, item: Partial<DigestItem>, facts: Pick<Entry, 'user' | 'keyId' | 'on'>): Entry {
  const all = { ...EMPTY, level, urgency: urgencyOf(level, item.when ?? '', kind), ...item };
  const [first] = all.steps;
  return { kind, level, item: clipped({ ...all, commandHint: first?.hint ?? '', command: first?.command ?? '' }), ...facts };
}

/** The same with every text cut that would fill the mail. */
function clipped<T extends object>(value: T): T {
  const cut = (one: unknown): unknown =>
    typeof one === 'string' ? clip(one, MAX_TEXT_CHARACTERS) : typeof one === 'object' && one !== null ? clipped(one) : one;
  if (Array.isArray(value)) return value.map(cut) as unknown as T;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, cut(one)])) as T;
}

const kindOf = ({ action, step = 'disable' }: ActionResult): SectionKind | undefined => {
  if (action === 'warn') return `warn-${step}`;
  return isPeopleAction(action) ? action : undefined;
};

function actionEntry(user: UserResult, result: ActionResult, failure: Failure | undefined, run: ItemFacts): Entry | undefined {
  const { region, dryRun, now } = run;
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
    description: key?.description ?? '',
    age: key ? `${count(key.ageDays, 'day')} old` : '',
    lastUsed: key ? lastUse(key) : '',
    why: withShownDates(result.reason),
  };
  const { section } = ACTIONS[result.action];
  if (result.outcome === 'failed' || section === 'attention' || (result.outcome === 'deferred' && section === 'own')) {
    const level = dryRun ? 'info' : attentionLevel(result);
    const inTheWay = waitsFor(result);
    const goneOn = user.actions.find(({ keyId, on }) => inTheWay !== undefined && keyId === inTheWay && on !== undefined)?.on;
    const place = { user: user.user, arn: user.arn, region, ...(goneOn !== undefined && { goneOn }) };
    const steps = dryRun ? [] : stepsFor(result, place);
    const after = failure && result.outcome === 'failed' ? afterFailure(failure, place, run) : {};
    return entry('attention', level, { ...item, when, what: withShownDates(attentionText(result, failure)), steps, ...after }, facts);
  }
  const { action } = result;
  const kind = kindOf(result);
  if (!isPeopleAction(action) || kind === undefined) return undefined;
  const secretName = result.secretName ?? '';
  const isUnused = key?.lastUsed === 'never' && user.keys.length === 1;
  const place = { user: user.user, arn: user.arn, region, isUnused };
  const told = {
    ...item,
    when,
    what: (dryRun ? wouldHappen : happened)(action, result, when),
    secretName,
    newKey: newKeySentence(result, region),
    use: dryRun ? '' : useSentence(key, result, now),
    ...usageFacts(result.usage),
    consoleUrl: dryRun ? '' : consoleUrlOf(secretName, { partition: user.arn.split(':')[1] ?? '', region }),
    steps: dryRun ? [] : stepsFor(result, place),
  };
  const stanza = dryRun ? undefined : automaticFor(result, place);
  return {
    ...entry(kind, levelOf(kind, result, user, run), told, facts),
    ...(result.successorId !== undefined && { hasSuccessor: true as const }),
    ...(isUnused && { isUnused }),
    ...(stanza && { stanza: clipped(stanza) }),
  };
}

/** Everything of one user that a digest may show; each of the user's failures appears once, with its action where there is one. */
export function userEntries(user: UserResult, failures: readonly Failure[], run: ItemFacts): Entry[] {
  const open = [...failures];
  const entries = user.actions.flatMap((result) => {
    const at = result.outcome === 'failed' ? open.findIndex((failure) => failure.step === result.action) : -1;
    const [failure] = at < 0 ? [] : open.splice(at, 1);
    return actionEntry(user, result, failure, run) ?? [];
  });
  return [...entries, ...failureEntries(open, run, user.arn)];
}

/** What to do about a failure; nothing where nothing was to change. */
function afterFailure(
  failure: Failure,
  place: Omit<StepFacts, 'user' | 'ownerTag'>,
  { dryRun, ownerTag }: Pick<ItemFacts, 'dryRun' | 'ownerTag'>,
): Pick<DigestItem, 'steps' | 'todo'> {
  if (dryRun) return { steps: [], todo: '' };
  const { user, error } = failure;
  return {
    steps: user === undefined ? [] : stepsAfter(failure, { ...place, user, ...(ownerTag !== undefined && { ownerTag }) }),
    todo: saysAll(error) ? '' : remedyForReaders(error),
  };
}

/** One item per failure; a failure of no user concerns the account. */
export function failureEntries(failures: readonly Failure[], run: Omit<ItemFacts, 'now'>, arn = ''): Entry[] {
  const { dryRun, region } = run;
  return failures.map((failure) => {
    const { user, keyId } = failure;
    const about = { ...(user !== undefined && { user }), ...(keyId !== undefined && { keyId }) };
    const after = afterFailure(failure, { arn, region }, run);
    return entry('attention', dryRun ? 'info' : 'failed', { what: explain(failure), ...after, ...about }, about);
  });
}

/** One item that names the users that the run did not reach; none when it reached all. */
export function leftEntries(left: readonly string[]): Entry[] {
  if (left.length === 0) return [];
  const what = `${count(left.length, 'user was', 'users were')} not reached before the time limit; the next run takes them up: ${left.join(', ')}`;
  return [entry('attention', 'info', { what }, {})];
}
