import { orchestratorEnvironment, reporterEnvironment, rotatorEnvironment } from '../../../lambda/shared/environment';
import { readSettings } from '../../../lib/settings/read';
import { orchestratorVariables, reporterVariables, rotatorVariables } from '../../../lib/settings/variables';

const deployed = { resultsBucket: 'results', account: '111111111111' };
const settings = (context: Record<string, unknown> = {}) => readSettings({ sender: 'rotation@example.org', ...context });

describe('the functions read back what the settings say', () => {
  it('rotator', () => {
    const given = settings({
      dryRun: false,
      rotate: '75d',
      disable: '85d',
      delete: '95d',
      limits: { rotate: 3 },
      replyTo: 'help@example.org',
    });
    expect(rotatorEnvironment(rotatorVariables(given, deployed))).toMatchObject({
      DRY_RUN: false,
      POLICY: { rotate: { unit: 'days', days: 75 }, delete: { unit: 'days', days: 95 }, unusedKeys: 'rotate' },
      LIMITS: { rotate: 3 },
      MEMBER_ROLE: 'iam-key-rotation-member',
      AUDIT_DIGEST_TEMPLATE: 'iam-key-rotation-digest-audit',
      RESULTS_BUCKET: 'results',
      REPLY_TO: 'help@example.org',
      ADMIN_EMAIL: 'rotation@example.org',
    });
  });

  it('orchestrator', () => {
    const given = settings({ prefix: 'keys', excludeAccounts: ['111111111111'] });
    expect(orchestratorEnvironment(orchestratorVariables(given, deployed))).toEqual({
      DRY_RUN: true,
      ROTATOR_FUNCTION: 'keys-rotator',
      RESULTS_BUCKET: 'results',
      SCOPE: { includeAccounts: [], excludeAccounts: ['111111111111'], includeOrganizationalUnits: [], excludeOrganizationalUnits: [] },
    });
  });

  it.each([
    ['management', {}, undefined],
    ['single', { adminEmail: 'admin@example.org' }, { email: 'admin@example.org', accounts: [{ id: '111111111111' }] }],
    [
      'list',
      { accounts: ['222222222222', { id: '333333333333', name: 'Shop', email: 'shop@example.org' }] },
      {
        email: 'rotation@example.org',
        accounts: [{ id: '222222222222' }, { id: '333333333333', name: 'Shop', email: 'shop@example.org' }],
      },
    ],
  ])('orchestrator, with the accounts of deployment=%s', (deployment, given, accounts) => {
    expect(orchestratorEnvironment(orchestratorVariables(settings({ deployment, ...given }), deployed)).ACCOUNTS).toEqual(accounts);
  });

  it.each([
    ['delegated', {}, true],
    ['delegated', { managementAccount: 'skip' }, true],
    ['delegated', { managementAccount: 'rotate' }, undefined],
    ['management', {}, undefined],
  ])('orchestrator, with deployment=%s and %j: the management account is skipped: %s', (deployment, given, skipped) => {
    const { SCOPE } = orchestratorEnvironment(orchestratorVariables(settings({ deployment, ...given }), deployed));
    expect(SCOPE.skipManagementAccount).toBe(skipped);
  });

  it('reporter', () => {
    const given = settings({ adminEmail: 'admin@example.org', senderName: 'Key rotation, Ltd.' });
    expect(reporterEnvironment(reporterVariables(given, deployed))).toEqual({
      RESULTS_BUCKET: 'results',
      SUMMARY_TEMPLATE: 'iam-key-rotation-summary',
      SENDER: '"Key rotation, Ltd." <rotation@example.org>',
      ADMIN_EMAIL: 'admin@example.org',
      CONFIGURATION_SET: 'iam-key-rotation',
    });
  });
});
