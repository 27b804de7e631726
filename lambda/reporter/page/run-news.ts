import { dayText } from '../../../page/view-data';
import { count, showDay } from '../../mail/words';
import type { BlockedLine, FailureLine, RunSummary } from '../../runs/run-summary';
import { ACTIONS, isAction } from '../../shared/actions';
import { blockedId, dayOfRun, failureId, seenIn, sinceOf, type ReportFacts } from './report-facts';

/** Something with the day on which a run first saw it, as it is shown. */
type Since<T> = T & { since: string };

/** What a run says that the one before did not, and what it says again. */
export interface RunNews {
  failures: { fresh: FailureLine[]; known: Since<FailureLine>[] };
  blocked: { fresh: BlockedLine[]; known: Since<BlockedLine>[] };
  /** Failures and blocked keys that the run before saw, and this one does not. */
  gone: number;
  /** What comes on the next days on which something does. */
  coming: { day: string; what: string }[];
  /** Something was done or went otherwise than the day before, so that a mail tells something. */
  changed: boolean;
}

/** How far a summary looks ahead. */
const DAYS_AHEAD = 7;

/** What is new in a run. */
export function newsOf(facts: Pick<ReportFacts, 'summary' | 'history' | 'keys' | 'whole'>): RunNews {
  const { summary, history, whole } = facts;
  const today = dayOfRun(summary);
  const failures = parted(summary.failures, (line) => sinceOf(facts, failureId(line)), today);
  const blocked = parted(summary.blocked, (line) => sinceOf(facts, blockedId(line)), today);
  const seen = new Set(seenIn(summary));
  // What was first seen after this run, which is reported again, began later.
  const before = Object.entries(history.since).filter(([, first]) => first <= today);
  const hasBefore = history.days.some(({ day }) => day < today);
  const gone = whole && hasBefore ? before.filter(([what]) => !seen.has(what)).length : 0;
  const news = failures.fresh.length + blocked.fresh.length + gone;
  return { failures, blocked, gone, coming: comingSoon(facts), changed: news > 0 || isBusy(summary) };
}

function parted<T>(lines: readonly T[], since: (line: T) => string, today: string): { fresh: T[]; known: Since<T>[] } {
  const dated = lines.map((line) => ({ line, since: since(line) }));
  const known = dated.filter((one) => one.since < today).toSorted((a, b) => (a.since < b.since ? -1 : 1));
  return {
    fresh: dated.flatMap((one) => (one.since < today ? [] : [one.line])),
    known: known.map((one) => ({ ...one.line, since: showDay(one.since) })),
  };
}

function comingSoon({ keys }: Pick<ReportFacts, 'keys'>): RunNews['coming'] {
  return keys.coming.days.slice(1, DAYS_AHEAD + 1).flatMap(({ day, counts, all }) => {
    const words = [
      counts.rotate > 0 ? `${count(counts.rotate, 'key')} to rotate` : '',
      counts.disable > 0 ? `${count(counts.disable, 'key')} to disable` : '',
      counts.delete > 0 ? `${count(counts.delete, 'key')} to delete` : '',
    ];
    return all === 0 ? [] : [{ day: showDay(dayText(day)), what: words.filter((word) => word !== '').join(', ') }];
  });
}

/** Whether a run did, planned or missed something that a person would want to hear of. */
function isBusy({ actions, accounts, left, mails, policies = [] }: RunSummary): boolean {
  const isTold = (action: string): boolean =>
    action !== 'skip' && (!isAction(action) || (ACTIONS[action].label !== undefined && !ACTIONS[action].blocks));
  const acted = actions.some(({ action, done, planned, failed, deferred }) => isTold(action) && done + planned + failed + deferred > 0);
  return (
    policies.some(({ failed, blocked }) => failed + blocked > 0) ||
    acted ||
    left.length > 0 ||
    mails.failed > 0 ||
    accounts.some(({ status }) => status === 'silent')
  );
}
