import fc from 'fast-check';
import { OTHER, TEAM, TestOrganization, type Account } from '../../helpers/sandbox-organization';
import { DirectLambda } from '../direct/direct-lambda';
import { History, type Told } from './history';
import { assembliesOfStores, DEPLOYED_WITH } from './store';
import { stories, type Story } from './story';

/** A failing story is made shorter for so long, however long that takes a machine. */
const SHORTENING_MS = 300_000;
const ACCOUNTS: readonly Account[] = [TEAM, OTHER];

/** How much was lived through. */
export interface Survived {
  stories: number;
  days: number;
  runs: number;
  faults: number;
  deaths: number;
  steps: number;
}

/** What came of many stories; `failure` is the shortest story found that goes wrong, as text for people. */
export interface Checked {
  survived: Survived;
  failure?: string;
}

/** Deploys once and lives through stories until it is told to stop. */
export class Histories {
  private readonly survived: Survived = { stories: 0, days: 0, runs: 0, faults: 0, deaths: 0, steps: 0 };

  private constructor(
    private readonly org: TestOrganization,
    private readonly lambda: DirectLambda,
    private readonly history: History,
  ) {}

  static async open(): Promise<Histories> {
    const assemblies = await assembliesOfStores();
    const org = await TestOrganization.deployed('enforcing', ACCOUNTS, { settings: DEPLOYED_WITH });
    const lambda = new DirectLambda(org.sandbox);
    return new Histories(org, lambda, new History(org, lambda, ACCOUNTS, assemblies));
  }

  /** Lives through so many random stories of this seed; a story that goes wrong is made as short as possible. */
  async check(seed: number, count: number, onStory: (survived: Survived) => void = () => undefined): Promise<Checked> {
    let lastDay: number | undefined;
    let shortenedUntil = Infinity;
    const goesWell = async (story: Story): Promise<boolean> => {
      // Shorter versions of a failing story must fail as early as it did, and are no further experience.
      if (Date.now() > shortenedUntil) return true;
      const told = await this.history.live(story, lastDay);
      if (told.wrong.length > 0) {
        if (lastDay === undefined) shortenedUntil = Date.now() + SHORTENING_MS;
        lastDay = told.counts.days;
      }
      if (lastDay !== undefined) return told.wrong.length === 0;
      this.count(told);
      onStory(this.survived);
      return true;
    };
    const { counterexample, numShrinks, errorInstance } = await fc.check(fc.asyncProperty(stories, goesWell), { seed, numRuns: count });
    if (!counterexample) return { survived: this.survived };
    const told = await this.history
      .live(counterexample[0])
      .catch((thrown: unknown) => ({ diary: [], wrong: [String(thrown), String(errorInstance)] }));
    return { survived: this.survived, failure: tell(told, { seed, numShrinks }) };
  }

  async stop(): Promise<void> {
    this.lambda.stop();
    await this.org.stop();
  }

  private count({ counts }: Told): void {
    this.survived.stories += 1;
    for (const what of ['days', 'runs', 'faults', 'deaths', 'steps'] as const) this.survived[what] += counts[what];
  }
}

function tell({ diary, wrong }: Pick<Told, 'diary' | 'wrong'>, { seed, numShrinks }: { seed: number; numShrinks: number }): string {
  return [`A story of seed ${seed}, shortened ${numShrinks} times:`, ...diary.map((line) => `  ${line}`), ...wrong].join('\n');
}
