import { LEVELS } from '../../lambda/mail/urgency';
import { SECTION_ORDER, wording, type SectionKind } from '../../lambda/mail/sections';

/** The tests in which somebody who knows nothing acts on a mail. */
type Reader = 'mails-to-act-on' | 'rare-mails-to-act-on' | 'policies';

/** Where each kind of section has its reader: a new one does not compile without. */
const READERS: Readonly<Record<SectionKind, Reader>> = {
  attention: 'rare-mails-to-act-on',
  rotate: 'mails-to-act-on',
  notify: 'mails-to-act-on',
  announce: 'rare-mails-to-act-on',
  hold: 'rare-mails-to-act-on',
  'warn-disable': 'mails-to-act-on',
  disable: 'mails-to-act-on',
  'note-lost': 'rare-mails-to-act-on',
  'follow-rename': 'rare-mails-to-act-on',
  'restore-secret': 'rare-mails-to-act-on',
  'note-reenabled': 'mails-to-act-on',
  'warn-delete': 'mails-to-act-on',
  'note-inactive': 'rare-mails-to-act-on',
  'warn-rotate': 'mails-to-act-on',
  delete: 'rare-mails-to-act-on',
  'remove-orphan': 'rare-mails-to-act-on',
  'delete-secret': 'rare-mails-to-act-on',
  'orphaned-secret': 'rare-mails-to-act-on',
  'delete-orphaned-secret': 'rare-mails-to-act-on',
  'unclear-exemption': 'rare-mails-to-act-on',
  'policy-day': 'policies',
};

/** The headings that a section of this kind may have. */
const titlesOf = (kind: SectionKind): string[] => LEVELS.map((level) => wording(kind, false, level).title);

/** The kinds of section whose reader is in this test and that none of its mails had. */
export function unreadKinds(reader: Reader, texts: Iterable<string>): SectionKind[] {
  const titles = new Set([...texts].flatMap((text) => [...text.matchAll(/^== (.*) ==$/gm)].map(([, title = '']) => title)));
  return SECTION_ORDER.filter((kind) => READERS[kind] === reader && !titlesOf(kind).some((title) => titles.has(title)));
}
