import fc from 'fast-check';
import { OTHER, TEAM, TestOrganization, type Account } from '../../helpers/sandbox-organization';
import { DirectLambda } from '../direct/direct-lambda';
import { History, type Told } from './history';
import { assembliesOfStores, DEPLOYED_WITH } from './store';
import { stories, type Story } from './story';

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

/** How far a failing story is made shorter, and who hears of what while it lasts. */
export interface Checking {
  /** So many days may be lived through for it: the same on every machine. */
  shortenForDays: number;
  onStory?: (survived: Survived) => void;
  /** What went wrong first, before anything is made shorter. */
  onFailure?: (what: string) => void;
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
  async check(seed: number, count: number, { shortenForDays, onStory, onFailure }: Checking): Promise<Checked> {
    let lastDay: number | undefined;
    let left = shortenForDays;
    const goesWell = async (story: Story): Promise<boolean> => {
      // Shorter versions of a failing story must fail as early as it did, and are no further experience.
      if (left <= 0) return true;
      const told = await this.history.live(story, lastDay);
      if (lastDay !== undefined) left -= told.counts.days;
      if (told.wrong.length > 0) {
        if (lastDay === undefined) onFailure?.(`a story of seed ${seed} goes wrong and is made shorter: ${told.wrong.join('; ')}`);
        lastDay = told.counts.days;
      }
      if (lastDay !== undefined) return told.wrong.length === 0;
      this.count(told);
      onStory?.(this.survived);
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
