import { colors } from '../base/terminal';
import type { Diagnosis } from './finding';
import { callOf, type Fixed, type Offer, type Telling } from './fix';
import { verdict } from './show';

const OUTCOMES: Readonly<Record<Offer['outcome'], string>> = {
  done: 'done',
  failed: 'failed',
  declined: 'not done',
  'not asked': 'not called: nobody was asked',
  'dry run': 'not called: --dry-run',
};

/** Tells of each repair on a stream: what it changes, its call, and what the check says afterwards. */
export const tellOn = (stream: Pick<NodeJS.WriteStream, 'write'>): Telling => ({
  offered({ check, says }, repair, place) {
    const title = colors.bold(`Repair ${place}: ${check}`);
    stream.write(`\n${title}: ${says}\n     Changes: ${repair.changes}.\n     Call: ${callOf(repair)}\n`);
  },
  answered({ outcome, detail, next }, found) {
    const lines =
      outcome === 'done'
        ? [`done; ${found.check} now: ${found.says}`, found.detail, found.next]
        : [OUTCOMES[outcome] + (detail === undefined ? '' : `: ${detail}`), undefined, next];
    const [says, more, step] = lines;
    stream.write([says, more, step && `→ ${step}`].flatMap((line) => (line === undefined ? [] : [`     ${line}\n`])).join(''));
  },
});

/** The last lines: how things are after the repairs, when there were any. */
export function showEnd({ offers }: Fixed, { checks, accounts }: Pick<Diagnosis, 'checks' | 'accounts'>): string {
  if (offers.length === 0) return '\nThere is nothing here that --fix could repair.';
  if (offers.every(({ outcome }) => outcome !== 'done')) return '\nNothing was changed.';
  return `\nNow: ${verdict([...checks, ...accounts])}`;
}
