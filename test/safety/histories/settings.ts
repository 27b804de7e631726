import type { PolicyVariable } from '../../../lambda/shared/environment';
import type { NeverRules } from '../../../demo/never-rules/never-rules';
import { FUNCTIONS, type TestOrganization } from '../../helpers/sandbox-organization';
import { POLICY } from '../../helpers/variables';

/** What a deployment with other settings gives its functions, in words and variables. */
interface Setting {
  words: string;
  policy: Partial<PolicyVariable>;
  limits?: Record<string, number>;
  dryRun?: true;
  graces: { disableGraceDays: number; deleteGraceDays: number; retireUnused?: boolean };
}

const TEN = { disableGraceDays: 10, deleteGraceDays: 10 };
/** The first is the default, which every story ends with. */
const ALL: readonly Setting[] = [
  { words: 'the default policy', policy: {}, graces: TEN },
  { words: 'the policy 75/85/95', policy: { rotate: '75d', disable: '85d', delete: '95d' }, graces: TEN },
  {
    words: 'the policy 60/90/120 with warnings two weeks ahead',
    policy: { rotate: '60d', disable: '90d', delete: '120d', warn: ['14d'] },
    graces: { disableGraceDays: 30, deleteGraceDays: 30 },
  },
  { words: 'unused keys are retired', policy: { unusedKeys: 'retire' }, graces: { ...TEN, retireUnused: true } },
  { words: 'keys in use are held for 20 days at most', policy: { whileInUse: 'hold', maxHold: '20d' }, graces: TEN },
  { words: 'one action of a kind per account and run', policy: {}, limits: { rotate: 1, disable: 1, delete: 1 }, graces: TEN },
  {
    words: 'secrets of keys that are in use are deleted 30 days after their last fetch',
    policy: { deleteSecretAfter: '30d' },
    graces: TEN,
  },
  { words: 'DryRun', policy: {}, dryRun: true, graces: TEN },
];
/** The settings under which secrets are deleted: the one kind that changes what a deployment may do. */
export const DELETING = ALL.findIndex(({ policy }) => policy.deleteSecretAfter !== undefined);
/** How many kinds of settings there are to change to. */
export const SETTINGS = ALL.length;

/** Deploys other settings; gives them in words, and whether they are DryRun. */
export function changeSettings(org: TestOrganization, rules: NeverRules, to: number): { words: string; dryRun: boolean } {
  const { words, policy, limits = {}, dryRun = false, graces } = ALL[to] ?? { words: '', policy: {}, graces: TEN };
  const { environment } = org.functionNamed(FUNCTIONS.rotator);
  environment['POLICY'] = JSON.stringify({ ...POLICY, ...policy });
  environment['LIMITS'] = JSON.stringify(limits);
  environment['DRY_RUN'] = String(dryRun);
  org.functionNamed(FUNCTIONS.orchestrator).environment['DRY_RUN'] = String(dryRun);
  rules.expectPolicy({ retireUnused: false, deletesSecrets: policy.deleteSecretAfter !== undefined, ...graces });
  rules.expectDryRun(dryRun);
  return { words, dryRun };
}
