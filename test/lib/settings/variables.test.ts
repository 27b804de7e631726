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
      deleteSecretAfter: '30d',
      replyTo: 'help@example.org',
      contact: '#keys or keys@example.org',
    });
    expect(rotatorEnvironment(rotatorVariables(given, deployed))).toMatchObject({
      DRY_RUN: false,
      POLICY: {
        rotate: { unit: 'days', days: 75 },
        delete: { unit: 'days', days: 95 },
        unusedKeys: 'rotate',
        deleteSecretAfter: { unit: 'days', days: 30 },
      },
      LIMITS: { rotate: 3 },
      MEMBER_ROLE: 'iam-key-rotation-member',
      AUDIT_DIGEST_TEMPLATE: 'iam-key-rotation-digest-audit',
      RESULTS_BUCKET: 'results',
      REPLY_TO: 'help@example.org',
      CONTACT: '#keys or keys@example.org',
    });
  });

  it('rotator, with and without break-glass roles', () => {
    const read = (given: Record<string, unknown>) => rotatorEnvironment(rotatorVariables(settings(given), deployed)).BREAK_GLASS;
    expect(read({ breakGlassPrincipals: 'BreakGlass,Audit' })).toEqual(['BreakGlass', 'Audit']);
    expect(read({})).toBeUndefined();
  });

  it('rotator, with and without asking who uses keys', () => {
    const read = (given: Record<string, unknown>) => rotatorEnvironment(rotatorVariables(settings(given), deployed)).USAGE_DETAIL;
    expect([read({ usageDetail: 'true' }), read({})]).toEqual([true, undefined]);
  });

  it('rotator, with and without replicas', () => {
    const read = (given: Record<string, unknown>) => rotatorEnvironment(rotatorVariables(settings(given), deployed)).REPLICA_REGIONS;
    expect(read({ replicaRegions: 'eu-central-1,us-east-1' })).toEqual(['eu-central-1', 'us-east-1']);
    expect(read({})).toBeUndefined();
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

  it('orchestrator, within what Lambda takes, with as many accounts and as long names as there may be', () => {
    const long = (index: number) => ({
      id: String(111_111_111_111 + index),
      name: `The account of team ${index}`,
      email: `team${index}@example.org`,
    });
    const most = Array.from({ length: 50 }, (_, index) => index).filter((count) => {
      try {
        return settings({ deployment: 'list', accounts: Array.from({ length: count + 1 }, (_, index) => long(index)) });
      } catch {
        return false;
      }
    }).length;
    expect(most).toBeGreaterThan(30);
    const given = settings({
      deployment: 'list',
      accounts: Array.from({ length: most }, (_, index) => long(index)),
      adminEmail: `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.example.org`,
      prefix: 'p'.repeat(40),
    });
    const variables = orchestratorVariables(given, { ...deployed, resultsBucket: 'b'.repeat(63) });
    expect(Buffer.byteLength(JSON.stringify(variables))).toBeLessThan(4_096);
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
    const given = settings({ adminEmail: 'admin@example.org, ciso@example.org', senderName: 'Key rotation, Ltd.' });
    expect(reporterEnvironment(reporterVariables(given, deployed))).toEqual({
      RESULTS_BUCKET: 'results',
      SUMMARY_TEMPLATE: 'iam-key-rotation-summary',
      SENDER: '"Key rotation, Ltd." <rotation@example.org>',
      ADMIN_EMAILS: ['admin@example.org', 'ciso@example.org'],
      SUMMARY_MAIL: 'always',
      CONFIGURATION_SET: 'iam-key-rotation',
    });
  });
});
