import type { Account } from '../../helpers/sandbox-organization';
import { reportCount } from '../kit/counts';
import { batchesOf } from './batches';
import type { Combination } from './combination';
import { Trial, type Arrange, type Start } from './trial';

/** Combinations that are tried on one deployment. */
export interface Part {
  title: string;
  account: Account;
  arrange: Arrange;
  combinations: readonly Combination[];
  /** How a run is started; default: the rotator, once per account. */
  start?: Start;
  /** Settings of the deployment other than the usual ones. */
  settings?: Readonly<Record<string, string>>;
}

/** One test per combination, of which some are tried together; prints how many there were. Call it once per file. */
export function describeTrials(parts: readonly Part[]): void {
  let tried = 0;
  describe.each(parts)('$title', ({ account, arrange, combinations, start, settings }) => {
    let trial: Trial | undefined;
    beforeAll(async () => {
      trial = await Trial.begin(account, arrange, start, settings);
    });
    afterAll(async () => {
      await trial?.stop();
    });
    const judged = new Map<Combination, readonly string[]>();
    for (const batch of batchesOf(combinations)) {
      test.each(batch.map((one) => [one.title, one.expect, one] as const))('%s: %s', async (_title, _expect, combination) => {
        tried += 1;
        if (!judged.has(combination))
          (await trial?.judge(batch))?.forEach((complaints, index) => judged.set(batch[index] ?? combination, complaints));
        expect(judged.get(combination)).toEqual([]);
      });
    }
  });
  afterAll(() => {
    reportCount('fault combinations', tried);
  });
}
