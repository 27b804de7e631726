import type { Entry } from './items';
import { wording, type SectionKind } from './sections';
import { mostUrgent } from './urgency';
import { clip, showBriefly } from './words';

/** Characters of names in a subject, which phones cut anyway. */
const MAX_NAMES = 70;

const usersOf = (entries: readonly Entry[]): string[] => [...new Set(entries.flatMap(({ user }) => user ?? []))];

/** `web-deploy`, `web-deploy and 3 more`, `the account`. */
function names(users: readonly string[]): string {
  const [first = 'the account', ...others] = users;
  return `${clip(first, MAX_NAMES)}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

const isOne = (users: readonly string[]): boolean => users.length < 2;

const KEEPS_ITS_USER = new Set(['notify', 'warn-disable', 'note-reenabled']);

function whatToDo(entries: readonly Entry[]): string {
  const users = usersOf(entries);
  const [who, one] = [names(users), isOne(users)];
  const [first] = entries;
  if (first?.kind === 'attention' || first?.kind === 'policy-day')
    return one ? `a key of ${who} cannot go on` : `keys of ${who} cannot go on`;
  if (first?.kind === 'unclear-exemption') return `say whether ${who} ${one ? 'is' : 'are'} exempt`;
  const ends = first !== undefined && KEEPS_ITS_USER.has(first.kind) && !first.hasSuccessor;
  if (ends && entries.every(({ isUnused }) => isUnused))
    return one ? `use the key of ${who} if it is needed` : `use the keys of ${who} that are needed`;
  if (ends) return one ? `stop using an old key of ${who}` : `stop using old keys of ${who}`;
  return one ? `switch ${who} to its new key` : `switch ${who} to their new keys`;
}

/** Kinds of news whose title would not say enough. */
const NEWS: Partial<Readonly<Record<SectionKind, (who: string, one: boolean, on: string) => string>>> = {
  'warn-rotate': (who, one, on) => `${one ? 'a new key comes' : 'new keys come'} for ${who}${on}`,
  'warn-delete': (who, one, on) => `the disabled ${one ? 'key' : 'keys'} of ${who} ${one ? 'is' : 'are'} deleted${on}`,
  'note-inactive': (who, one, on) => `the disabled ${one ? 'key' : 'keys'} of ${who} ${one ? 'is' : 'are'} deleted${on}`,
  disable: (who, one) => `the old ${one ? 'key' : 'keys'} of ${who} ${one ? 'is' : 'are'} disabled`,
  'policy-day': (who) => `fetched keys of ${who} were replaced`,
  delete: (who, one) => `the old ${one ? 'key' : 'keys'} of ${who} ${one ? 'is' : 'are'} deleted`,
};

function information(entries: readonly Entry[]): string {
  const [first] = entries;
  if (!first) return 'nothing happened';
  const users = usersOf(entries);
  const on = first.on === undefined ? '' : ` on ${showBriefly(first.on)}`;
  const news = NEWS[first.kind];
  return news ? news(names(users), isOne(users), on) : `${wording(first.kind, false).title.toLowerCase()}: ${names(users)}`;
}

/** Entries of the most urgent kind, which stand first. */
const leading = (ordered: readonly Entry[]): Entry[] =>
  ordered.filter(({ kind, level }) => kind === ordered[0]?.kind && level === ordered[0].level);

/** The deadline and what to do first, or what happened, of entries in the order in which the mail shows them. */
export function headlineOf(ordered: readonly Entry[]): string {
  const first = leading(ordered);
  const users = usersOf(first);
  switch (mostUrgent(ordered.map(({ level }) => level))) {
    case 'failed': {
      const later = ordered.filter(({ level }) => level === 'act' || level === 'last-day');
      return `Failed: not everything could be done for ${names(users)}${later.length > 0 ? `; ${lowered(action(leading(dated(later))))}` : ''}`;
    }
    case 'outage':
      return `Possible outage: ${names(users)} used the ${isOne(users) ? 'key' : 'keys'} that ${isOne(users) ? 'is' : 'are'} now disabled`;
    case 'last-day':
      return first[0]?.kind === 'warn-delete'
        ? `Last day: ${information(first)}`
        : `Last day before ${showBriefly(first[0]?.on ?? '')}: ${whatToDo(first)}`;
    case 'act':
      return action(leading(dated(ordered)));
    case 'info':
      return raised(information(first));
  }
}

/** What has a deadline, if anything has. */
function dated(entries: readonly Entry[]): readonly Entry[] {
  const found = entries.filter(({ level, on, kind }) => ['act', 'last-day'].includes(level) && on !== undefined && kind !== 'attention');
  return found.length > 0 ? found : entries;
}

function action(entries: readonly Entry[]): string {
  const [first] = entries;
  const by = first?.on === undefined || first.kind === 'attention' ? '' : ` by ${showBriefly(first.on)}`;
  return `Action needed${by}: ${whatToDo(entries)}`;
}

const raised = (text: string): string => (text[0]?.toUpperCase() ?? '') + text.slice(1);
const lowered = (text: string): string => (text[0]?.toLowerCase() ?? '') + text.slice(1);
