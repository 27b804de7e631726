import { EXIT, type ExitCode } from '../base/exit-codes';
import { Progress } from '../base/progress';
import { columnsOf } from '../base/terminal';
import { wrapHanging } from '../base/wrap';
import type { VerifyAsked } from './evidence-command';
import { listed } from './listed';
import { verifyPack, type Verdict } from './verify-pack';

/** More findings of one change nobody reads. */
const MOST_WRONG = 20;

/** A terminal is told no oftener. */
const RECORDS_PER_STEP = 1_000;

/** Verifies a pack and says what is wrong with it. */
export async function verifyAndShow({ verify, publicKey }: VerifyAsked): Promise<ExitCode> {
  const progress = new Progress('{value} of {total} actions and failures');
  const verdict = await verifyPack(verify, publicKey, (done, total) => {
    if (done === 1) progress.start(total);
    if (done % RECORDS_PER_STEP === 0) progress.update(done, '');
  }).finally(() => {
    progress.stop();
  });
  process.stdout.write(`${wrapHanging(textOf(verdict), columnsOf())}\n`);
  const { wrong, about } = verdict;
  return wrong.length + about.missing.length + about.withoutEntry.length > 0 ? EXIT.bad : EXIT.fine;
}

const number = (value: number): string => value.toLocaleString('en-US');

function textOf({ about, wrong, notes, runs, records, accounts, first, last, until, signed }: Verdict): string {
  const what = `${number(records)} actions and failures of ${number(runs)} runs in ${number(accounts)} accounts, ${about.from} to ${about.to}; entries ${first ?? 'none'} to ${last ?? 'none'} of the chain, the newest of ${until ?? 'no time'}`;
  return [
    wrong.length === 0 ? `Nothing was changed: ${what}.` : `CHANGED: ${what}.`,
    ...wrong.slice(0, MOST_WRONG).map((finding) => `- ${finding}`),
    ...(wrong.length > MOST_WRONG ? [`- and ${number(wrong.length - MOST_WRONG)} more`] : []),
    ...(signed ? [`Signed by ${signed.key}; SHA-256 of the public key: ${signed.fingerprint}`] : []),
    ...notes,
    ...(about.missing.length === 0
      ? []
      : [
          `Missing when the pack was made: ${listed(about.missing.map(({ entry, account, reason }) => `account ${account} of entry ${entry} (${reason})`))}.`,
        ]),
    ...(about.withoutEntry.length === 0 ? [] : [`Runs of the period in no entry: ${listed(about.withoutEntry)}.`]),
  ].join('\n');
}
