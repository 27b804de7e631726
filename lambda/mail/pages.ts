import { templateData } from './escape';
import type { Entry } from './items';
import type { DigestSection } from './model';
import { SECTION_ORDER, wording } from './sections';

/** The most that SES takes as template data, in characters: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Template.html */
export const MAX_TEMPLATE_DATA_CHARACTERS = 262_144;
/** Items per mail that a person can still read, and mail programs show uncut. */
export const MAX_ITEMS = 150;
/** Mails to one recipient about one account and run. */
export const MAX_PARTS = 10;
/** Bytes for items and headings, which leaves room for the rest of the data; bytes are never fewer than characters. */
const MAX_PAGE_BYTES = 240_000;

const size = (value: object): number => Buffer.byteLength(JSON.stringify(templateData(value)));
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The entries as a digest shows them: by section, then what happens first, then by user. */
export function inOrder(entries: readonly Entry[]): Entry[] {
  return entries.toSorted(
    (a, b) =>
      SECTION_ORDER.indexOf(a.kind) - SECTION_ORDER.indexOf(b.kind) ||
      compare(a.on ?? '9999', b.on ?? '9999') ||
      compare(a.user ?? '', b.user ?? ''),
  );
}

/** Cuts entries into mails that each stay within SES's limit; `left` is what does not fit into `MAX_PARTS` mails. */
export function paginate(entries: readonly Entry[], dryRun: boolean): { pages: Entry[][]; left: Entry[] } {
  const pages: Entry[][] = [];
  let page: Entry[] = [];
  let bytes = 0;
  for (const [index, entry] of entries.entries()) {
    const { title, intro } = wording(entry.kind, dryRun);
    const heading = page.at(-1)?.kind === entry.kind ? 0 : size({ title, intro, items: [] });
    const needed = size(entry.item) + heading;
    if (page.length > 0 && (page.length >= MAX_ITEMS || bytes + needed > MAX_PAGE_BYTES)) {
      pages.push(page);
      if (pages.length === MAX_PARTS) return { pages, left: entries.slice(index) };
      page = [];
      bytes = size({ title, intro, items: [] }) - heading;
    }
    page.push(entry);
    bytes += needed;
  }
  if (page.length > 0) pages.push(page);
  return { pages, left: [] };
}

/** The sections of one mail, empty ones left out. */
export function sectionsOf(page: readonly Entry[], dryRun: boolean): DigestSection[] {
  return SECTION_ORDER.flatMap((kind) => {
    const items = page.filter((entry) => entry.kind === kind).map((entry) => entry.item);
    const { title, intro } = wording(kind, dryRun);
    return items.length > 0 ? [{ title, intro, items }] : [];
  });
}
