import type { OrchestratorVariables, PolicyVariable, RotatorVariables, Scope } from '../../lambda/shared/environment';

/** The policy that a deployment has by default, as its variable holds it. */
export const POLICY: PolicyVariable = {
  rotate: '90d',
  disable: '100d',
  delete: '110d',
  warn: ['7d'],
  untold: 'wait',
  unusedKeys: 'rotate',
  whileInUse: 'disable',
  maxHold: '30d',
};
export const ANYWHERE: Scope = { includeAccounts: [], excludeAccounts: [], includeOrganizationalUnits: [], excludeOrganizationalUnits: [] };

/** The rotator's variables as the stack sets them, enforcing, changed by what is given. */
export const rotatorVariables = (overrides: Partial<RotatorVariables> = {}): RotatorVariables => ({
  DRY_RUN: 'false',
  POLICY: JSON.stringify(POLICY),
  LIMITS: '{}',
  MEMBER_ROLE: 'member',
  SCHEDULE: 'cron(0 3 * * ? *)',
  EXEMPTION_GROUP: 'IAMKeyRotationExemptionGroup',
  EXEMPTION_GROUP_EXISTS: 'false',
  OWNER_EMAIL_TAG: 'OwnerEmail',
  RESULTS_BUCKET: 'results',
  DIGEST_TEMPLATE: 'the-digest',
  AUDIT_DIGEST_TEMPLATE: 'the-audit',
  SENDER: 'rotation@example.com',
  CONFIGURATION_SET: 'set',
  ...overrides,
});

/** The orchestrator's variables, enforcing, for the whole organization, changed by what is given. */
export const orchestratorVariables = (overrides: Partial<OrchestratorVariables> = {}): OrchestratorVariables => ({
  DRY_RUN: 'false',
  SCOPE: JSON.stringify(ANYWHERE),
  ROTATOR_FUNCTION: 'iam-key-rotation-rotator',
  RESULTS_BUCKET: 'results',
  ...overrides,
});

/** A policy of ten minutes as the rotator's variables have it. */
export const FAST_SIDE = {
  name: 'fast',
  groups: ['minutes'],
  paths: [],
  rotate: '10m',
  disable: '12m',
  delete: '15m',
  warn: [],
  schedule: 'rate(1 minute)',
  inTurn: true,
} as const;
