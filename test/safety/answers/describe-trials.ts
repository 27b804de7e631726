import type { Account } from '../../helpers/sandbox-organization';
import { reportCount } from '../kit/counts';
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

/** One test per combination; prints how many there were. Call it once per file. */
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
    test.each(combinations.map((one) => [one.title, one.expect, one] as const))('%s: %s', async (_title, _expect, combination) => {
      tried += 1;
      expect(await trial?.judge(combination)).toEqual([]);
    });
  });
  afterAll(() => {
    reportCount('fault combinations', tried);
  });
}
