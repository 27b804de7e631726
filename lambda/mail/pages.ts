import { escapeHtml } from './escape';
import type { Entry } from './items';
import type { DigestSection } from './model';
import { SECTION_ORDER, wording } from './sections';
import { LEVELS } from './urgency';

/** The most that SES takes as template data, in characters: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Template.html */
export const MAX_TEMPLATE_DATA_CHARACTERS = 262_144;
/** Mails to one recipient about one account and run. */
export const MAX_PARTS = 25;
/** Gmail cuts a mail that is larger than 102 KB: https://support.google.com/mail/answer/6584 */
export const MAX_HTML_BYTES = 102 * 1024;
/** Bytes for items and headings, which leaves room for all that surrounds them. */
const MAX_PAGE_BYTES = MAX_HTML_BYTES - 20_000;
/** What the template adds to each, at most. */
const ITEM_MARKUP_BYTES = 900;
const SECTION_MARKUP_BYTES = 900;
const CALLER_MARKUP_BYTES = 120;

/** The bytes of all texts in it, as HTML shows them. */
const size = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(escapeHtml(value));
  return typeof value === 'object' && value !== null ? Object.values(value).reduce((sum: number, one) => sum + size(one), 0) : 0;
};
/** Of an item without the first step, which its `steps` hold, too. */
const itemSize = ({ item, stanza }: Entry): number =>
  size(item) - size([item.command, item.commandHint]) + size(stanza) + ITEM_MARKUP_BYTES + item.callers.length * CALLER_MARKUP_BYTES;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Entries of one heading. */
const heading = ({ kind, level }: Entry): string => `${kind} ${level}`;
const NO_DATE = '9999';

/**
 * The entries as a digest shows them: what is most urgent first; of what is equally urgent that which needs attention, then by the date on
 * which something happens first.
 */
export function inOrder(entries: readonly Entry[]): Entry[] {
  const firsts = new Map<string, string>();
  for (const entry of entries) {
    const { on = NO_DATE } = entry;
    const known = firsts.get(heading(entry)) ?? NO_DATE;
    firsts.set(heading(entry), on < known ? on : known);
  }
  const isOther = ({ kind }: Entry): number => (kind === 'attention' ? 0 : 1);
  const first = (entry: Entry): string => firsts.get(heading(entry)) ?? NO_DATE;
  return entries.toSorted(
    (a, b) =>
      LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
      isOther(a) - isOther(b) ||
      compare(first(a), first(b)) ||
      SECTION_ORDER.indexOf(a.kind) - SECTION_ORDER.indexOf(b.kind) ||
      compare(a.on ?? NO_DATE, b.on ?? NO_DATE) ||
      compare(a.user ?? '', b.user ?? ''),
  );
}

/** Cuts entries into mails that each stay within SES's limit; `left` is what does not fit into `MAX_PARTS` mails. */
export function paginate(entries: readonly Entry[], dryRun: boolean): { pages: Entry[][]; left: Entry[] } {
  const pages: Entry[][] = [];
  let page: Entry[] = [];
  let bytes = 0;
  for (const [index, entry] of entries.entries()) {
    const { title, intro } = wording(entry.kind, dryRun, entry.level);
    const before = page.at(-1);
    const titled = before && heading(before) === heading(entry) ? 0 : size({ title, intro }) + SECTION_MARKUP_BYTES;
    const needed = itemSize(entry) + titled;
    if (page.length > 0 && bytes + needed > MAX_PAGE_BYTES) {
      pages.push(page);
      if (pages.length === MAX_PARTS) return { pages, left: entries.slice(index) };
      page = [];
      bytes = size({ title, intro }) + SECTION_MARKUP_BYTES - titled;
    }
    page.push(entry);
    bytes += needed;
  }
  if (page.length > 0) pages.push(page);
  return { pages, left: [] };
}

/** The sections of one mail, of entries in order. */
export function sectionsOf(page: readonly Entry[], dryRun: boolean): DigestSection[] {
  const sections = new Map<string, DigestSection>();
  for (const entry of page) {
    const { title, intro } = wording(entry.kind, dryRun, entry.level);
    const section = sections.get(heading(entry)) ?? { title, intro, items: [] };
    section.items.push(entry.item);
    sections.set(heading(entry), section);
  }
  return [...sections.values()];
}
