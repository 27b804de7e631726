import { orchestratorEnvironment, reporterEnvironment, rotatorEnvironment } from '../../../lambda/shared/environment';
import { ConfigurationError } from '../../../lambda/shared/errors';
import { ANYWHERE, orchestratorVariables, POLICY, rotatorVariables } from '../../helpers/variables';

const mistake = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
  throw new Error('was accepted');
};
const wrong = (overrides: Record<string, string | undefined>): string =>
  mistake(() => rotatorEnvironment({ ...rotatorVariables(), ...overrides }));
const policy = (more: object): string => JSON.stringify({ ...POLICY, ...more });

describe('the rotator’s variables', () => {
  it('are read, the JSON ones parsed', () => {
    expect(rotatorEnvironment({ ...rotatorVariables({ LIMITS: '{"rotate":5}', REPLY_TO: 'team@example.com' }), PATH: '/bin' })).toEqual({
      ...rotatorVariables(),
      DRY_RUN: false,
      EXEMPTION_GROUP_EXISTS: false,
      REPLY_TO: 'team@example.com',
      LIMITS: { rotate: 5 },
      POLICY: {
        rotate: { unit: 'days', days: 90 },
        disable: { unit: 'days', days: 100 },
        delete: { unit: 'days', days: 110 },
        warn: [{ unit: 'days', days: 7 }],
        untold: 'wait',
        unusedKeys: 'rotate',
        whileInUse: 'disable',
        maxHold: { unit: 'days', days: 30 },
      },
    });
  });

  it.each([
    ['true', true],
    ['false', false],
  ] as const)('DRY_RUN=%s', (DRY_RUN, expected) => {
    expect(rotatorEnvironment(rotatorVariables({ DRY_RUN })).DRY_RUN).toBe(expected);
  });

  it.each(['', 'False', 'no', '0', undefined])('DRY_RUN=%s is an error, never enforcing by accident', (DRY_RUN) => {
    expect(wrong({ DRY_RUN })).toMatch(/^environment variables: DRY_RUN: /);
  });

  it.each(Object.keys(rotatorVariables()))('%s cannot be left out', (name) => {
    expect(wrong({ [name]: undefined })).toMatch(new RegExp(`^environment variables: ${name}: `));
  });

  it.each([
    ['POLICY', 'not json', 'POLICY: must be JSON'],
    ['POLICY', policy({ rotate: '90 days' }), 'POLICY.rotate: must be a number with d, h or m, such as 90d; got "90 days"'],
    ['POLICY', policy({ rotate: '100d' }), 'POLICY: must satisfy rotate < disable < delete'],
    ['POLICY', policy({ disable: '110d' }), 'POLICY: must satisfy rotate < disable < delete'],
    ['POLICY', policy({ rotate: '2401h' }), 'POLICY: must satisfy rotate < disable < delete'],
    ['POLICY', policy({ unusedKeys: 'delete' }), 'POLICY.unusedKeys: '],
    ['POLICY', policy({ grace: '10d' }), 'grace'],
    ['LIMITS', '{"rotate":0}', 'LIMITS.rotate: '],
    ['LIMITS', '{"rotate":1.5}', 'LIMITS.rotate: '],
    ['LIMITS', '{"notify":1}', 'notify'],
    ['LIMITS', '[]', 'LIMITS: '],
  ])('%s=%s is named', (name, value, message) => {
    expect(wrong({ [name]: value })).toContain(message);
  });

  it('one error lists every mistake', () => {
    const message = wrong({ DRY_RUN: 'maybe', POLICY: policy({ rotate: 'x', warn: 'y' }), SENDER: undefined });
    for (const name of ['DRY_RUN: ', 'POLICY.rotate: ', 'POLICY.warn: ', 'SENDER: ']) expect(message).toContain(name);
  });
});

describe('the orchestrator’s variables', () => {
  it('are read, the scope parsed', () => {
    const SCOPE = JSON.stringify({ ...ANYWHERE, excludeAccounts: ['111122223333'] });
    expect(orchestratorEnvironment(orchestratorVariables({ SCOPE }))).toMatchObject({
      DRY_RUN: false,
      SCOPE: { ...ANYWHERE, excludeAccounts: ['111122223333'] },
    });
  });

  it.each(['{}', '{"includeAccounts":"all"}', 'null'])('SCOPE=%s is an error', (SCOPE) => {
    expect(mistake(() => orchestratorEnvironment(orchestratorVariables({ SCOPE })))).toMatch(/^environment variables: SCOPE/);
  });
});

it('the reporter’s variables name what is missing', () => {
  const { RESULTS_BUCKET, SENDER, CONFIGURATION_SET } = rotatorVariables();
  const variables = { RESULTS_BUCKET, SENDER, ADMIN_EMAILS: '["a@example.com"]', SUMMARY_MAIL: 'changes', CONFIGURATION_SET };
  expect(mistake(() => reporterEnvironment(variables))).toMatch(/^environment variables: SUMMARY_TEMPLATE: /);
  expect(reporterEnvironment({ ...variables, SUMMARY_TEMPLATE: 's' })).toEqual({
    ...variables,
    ADMIN_EMAILS: ['a@example.com'],
    SUMMARY_MAIL: 'changes',
    SUMMARY_TEMPLATE: 's',
  });
});
