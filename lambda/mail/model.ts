import type { Level } from './urgency';

/** The templates of `templates/`, by the name of their files. */
export const MAIL_TEMPLATES = ['digest', 'digest-audit', 'summary'] as const;
/** The name of one template's files. */
export type MailTemplateName = (typeof MAIL_TEMPLATES)[number];

/** Something to do, with a command to copy. */
export interface DigestStep {
  /** What it does, when, and with which credentials. */
  hint: string;
  command: string;
}

/** How programs on a machine get a new key by themselves from now on. */
export interface DigestStanza {
  user: string;
  /** Sets the profile up. */
  command: string;
  /** What it writes: the heading of a section of `~/.aws/config`, and the line below it. */
  heading: string;
  line: string;
}

/** One program, at one address, that makes calls with a key. */
export interface DigestCaller {
  /** The address. */
  from: string;
  /** What the program calls itself; empty when it does not say. */
  agent: string;
  /** How many calls, when, and which. */
  what: string;
}

/** One key (or one user) in a digest; every field is present in every item, empty when there is nothing to say. */
export interface DigestItem {
  /** Whom it concerns; `Account` for what concerns no single user. */
  user: string;
  keyId: string;
  /** What people call the key in the console. */
  description: string;
  /** How urgent it is, for styles. */
  level: Level;
  /** The same in words, with its date, for example `Action needed by 1 Dec 2026`. */
  urgency: string;
  /** For example `96 days old`. */
  age: string;
  /** For example `last used 12 Nov 2026 by s3 in eu-west-1`. */
  lastUsed: string;
  /** What happened, or will or would happen, with its date. */
  what: string;
  /** The date of the next step alone, for the eye. */
  when: string;
  why: string;
  /** What a person does about it, where no command says it; empty where nothing is to be done. */
  todo: string;
  /** Which key replaces it, since when that one waits, and whether it was fetched. */
  newKey: string;
  /** Whether the old key is still used: by which service, where and when. */
  use: string;
  /** What CloudTrail shows of who uses it; empty when it was not asked. */
  usage: string;
  callers: DigestCaller[];
  /** How many more callers there are, and what could not be looked up. */
  usageRest: string;
  /** The secret that holds the new key. */
  secretName: string;
  /** The secret's page in the console. */
  consoleUrl: string;
  /** What there is to do, the best first. */
  steps: DigestStep[];
  /** The first of `steps`. */
  commandHint: string;
  command: string;
}

/** Items of one kind, with a heading. */
export interface DigestSection {
  title: string;
  intro: string;
  items: DigestItem[];
}

/** What the templates `digest` (enforcing) and `digest-audit` (DryRun: nothing was changed) show to one recipient. */
export interface DigestData {
  accountName: string;
  accountId: string;
  runId: string;
  /** The day of the run. */
  date: string;
  /** The sections in a few words, for example `2 new keys, 1 disabled`. */
  counts: string;
  /** The first of `counts`, short enough for a subject. */
  subjectCounts: string;
  /** The earliest date on which something happens; empty when nothing is dated. */
  firstDate: string;
  /** How urgent the most urgent item is, for styles. */
  level: Level;
  /** The same in words. */
  urgency: string;
  /** The deadline and what to do first, or what happened: heading and subject. */
  headline: string;
  /** The account's name, or its id where it has none. */
  accountLabel: string;
  /** `part 2 of 3` when one mail could not hold everything; empty otherwise. */
  part: string;
  sections: DigestSection[];
  /** How many more items there are and where they can be read; empty when all are listed. */
  more: string;
  /** For each user who got a new key, how that happens by itself. */
  stanzas: DigestStanza[];
  /** What CloudTrail does not show of who uses a key; empty when no item says who does. */
  usageNote: string;
  /** Whom to ask; empty when the settings do not say. */
  contact: string;
  /** Why this recipient gets the mail. */
  because: string;
}

/** One line of a list in the run summary. */
export interface SummaryLine {
  /** Account, and user or key. */
  where: string;
  what: string;
  /** What a person does about it; empty where nothing is to be done, or nothing is known. */
  todo: string;
}

/** A list in the run summary. */
export interface SummaryList {
  title: string;
  lines: SummaryLine[];
  /** `and 12 more` when the list is cut; empty otherwise. */
  more: string;
  /** Nothing in it is wrong. */
  calm: boolean;
}

/** How often one kind of action was taken, as text. */
export interface SummaryAction {
  action: string;
  done: string;
  planned: string;
  failed: string;
  deferred: string;
}

/** One run in the administrator's mail. */
export interface SummaryRun {
  runId: string;
  started: string;
  /** What kind of run it was, for example `Dry run: nothing was changed`. */
  mode: string;
  totals: { label: string; value: string }[];
  hasActions: boolean;
  actions: SummaryAction[];
  lists: SummaryList[];
  /** Where the complete report lies: bucket and key. */
  report: string;
  /** Its page in the console, which asks who looks; empty where there is none. A link that asks nobody would open every user's data. */
  reportUrl: string;
}

/** What the template `summary` shows to the administrator. */
export interface SummaryData {
  /** The mail in one line; the subject. */
  headline: string;
  /** True when no run needs a look. */
  clean: boolean;
  runs: SummaryRun[];
}
