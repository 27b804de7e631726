import { NeverRules } from '../never-rules/never-rules';
import type { Sandbox } from '../../sandbox/sandbox';
import { Results } from '../story/results';
import type { HourOutcome } from './check-hour';
import { Consumer } from './consumer';
import { KeyApi } from './key-api';
import { KeyLives } from './key-lives';
import { liveMinutes } from './live-hour';
import { buildOrganization, ORDINARY, PROGRAMS, readApiKeys, RULE } from './organization';
import { Strangers } from './strangers';

const NAMES = { memberRole: 'iam-key-rotation-member', exemptionGroup: 'IAMKeyRotationExemptionGroup' };
const HAND_OUT = 'access key handed out';

/** A deployed policy of minutes with its key API, and the programs that live on it. */
export class Hour {
  private minutes = 0;
  private readonly results: Results;

  private constructor(
    readonly sandbox: Sandbox,
    readonly rules: NeverRules,
    readonly lives: KeyLives,
    readonly apis: ReadonlyMap<string, KeyApi>,
    readonly consumers: readonly Consumer[],
    readonly strangers: Strangers,
  ) {
    this.results = new Results(sandbox);
  }

  /** Builds the organization in a new sandbox, deploys the assembly, and gives each client its API key. */
  static async deploy(sandbox: Sandbox, assembly: string): Promise<Hour> {
    await buildOrganization(sandbox);
    const rules = new NeverRules(sandbox, { disableGraceDays: 10, deleteGraceDays: 10, sides: [RULE], ...NAMES });
    const lives = new KeyLives(sandbox);
    const stacks = await sandbox.deploy(assembly);
    const url = stacks.map(({ outputs }) => outputs['KeyApiUrl']).find((output) => output !== undefined);
    if (url === undefined) throw new Error('no stack of the assembly has the output KeyApiUrl');
    const apis = new Map([...(await readApiKeys(sandbox))].map(([client, apiKey]) => [client, new KeyApi(sandbox.apiUrl(url), apiKey)]));
    const consumers = PROGRAMS.map((program) => {
      const api = apis.get(program.client);
      if (!api) throw new Error(`the client ${program.client} has no API key`);
      return new Consumer(sandbox, program, api);
    });
    return new Hour(sandbox, rules, lives, apis, consumers, new Strangers(apis));
  }

  /** Lets so many minutes pass; once. */
  async live(minutes: number): Promise<void> {
    this.minutes = minutes;
    await liveMinutes(this, minutes);
    this.results.take(0);
  }

  /** What the self-check looks at. */
  outcome(): HourOutcome {
    const { sandbox, lives, consumers, strangers, rules, results } = this;
    return {
      minutes: this.minutes,
      programs: consumers.map(({ program, promised, calls, failures }) => ({
        program,
        promised,
        calls,
        failures,
        lives: lives.of(program),
      })),
      keysFetched: [...this.apis.values()].reduce((all, { keys }) => all + keys, 0),
      handOutEvents: sandbox.world.events.filter(({ detailType }) => detailType === HAND_OUT).length,
      strangers: strangers.answers.map(({ answer }) => answer),
      daily: results.happened.filter(({ outcome }) => outcome === 'done').map(({ user, action }) => `${user} ${action}`),
      ordinary: ORDINARY.user,
      denied: sandbox.denials.length,
      changes: sandbox.calls.filter(
        ({ mutating, service, principal }) => mutating && service === 'iam' && principal.includes(NAMES.memberRole),
      ).length,
      broken: rules.broken.length,
    };
  }
}
