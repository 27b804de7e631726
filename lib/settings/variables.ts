import type {
  Accounts,
  KeyApiAuthorizerVariables,
  KeyApiVariables,
  MailEventsVariables,
  OrchestratorVariables,
  PoliciesVariable,
  PolicyScopes,
  PolicyVariable,
  ReporterVariables,
  RotatorVariables,
  Scope,
} from '../../lambda/shared/environment';
import { needsTwoSecrets } from '../../lambda/shared/in-turn';
import { longestPause } from '../../lambda/shared/schedule';
import { namesOf } from './names';
import type { Settings } from './fields';
import { grantedUsers, type KeyApiSettings } from './key-api';

/** What only the stack knows: names that CloudFormation gives. */
interface Deployed {
  resultsBucket: string;
}

/** What only the stack knows, for the reporter. */
export interface DeployedReporter extends Deployed {
  /** ARN of the key that signs evidence; absent when none does. */
  evidenceKey?: string | undefined;
}

/** What only the stack knows, for the rotator. */
export interface DeployedRotator extends Deployed {
  /** The central store's key, and the policy by which users read it; absent when secrets live in the accounts of their users. */
  centralStore?: { key: string; readerPolicy: string } | undefined;
  /** ARN of the role by which the key API reads secrets; absent without one. */
  keyApiReader?: string | undefined;
}

/** What only the stack knows, for the functions of the key API. */
export interface DeployedKeyApi {
  /** Its URL. */
  issuer: string;
  /** ARNs of the keys that tokens are signed by, the one that signs first. */
  signingKeys: readonly string[];
}

/** What only the stack knows, for the orchestrator. */
export interface DeployedOrchestrator extends Deployed {
  /** The account that the stack is deployed into. */
  account: string;
}

function mailVariables(settings: Settings): Pick<ReporterVariables, 'SENDER' | 'REPLY_TO' | 'CONFIGURATION_SET'> {
  return {
    SENDER: settings.senderName === undefined ? settings.sender : `"${settings.senderName}" <${settings.sender}>`,
    ...(settings.replyTo !== undefined && { REPLY_TO: settings.replyTo }),
    CONFIGURATION_SET: namesOf(settings).configurationSet,
  };
}

function policyVariable(settings: Settings): PolicyVariable {
  const { rotate, disable, delete: remove, warn, untold, unusedKeys, whileInUse, maxHold, deleteSecretAfter } = settings;
  const secrets = deleteSecretAfter === undefined ? {} : { deleteSecretAfter };
  return { rotate, disable, delete: remove, warn, untold, unusedKeys, whileInUse, maxHold, ...secrets };
}

const policiesVariable = ({ policies = [] }: Settings): PoliciesVariable =>
  policies.map(({ accounts, warn = [], ...policy }) => ({
    ...policy,
    warn,
    inTurn: needsTwoSecrets(policy.rotate),
    ...(accounts && { accounts }),
  }));

const policyScopes = ({ policies = [] }: Settings): PolicyScopes =>
  policies.map(({ name, schedule, accounts }) => ({
    name,
    pauseMs: longestPause(schedule, new Date()),
    ...(accounts && { accounts }),
  }));

function scopeVariable(settings: Settings): Scope {
  const { includeAccounts, excludeAccounts, includeOrganizationalUnits, excludeOrganizationalUnits } = settings;
  return {
    includeAccounts,
    excludeAccounts,
    includeOrganizationalUnits,
    excludeOrganizationalUnits,
    ...(settings.deployment === 'delegated' && settings.managementAccount !== 'rotate' && { skipManagementAccount: true }),
  };
}

function accountsVariable(settings: Settings, account: string): Accounts | undefined {
  const [email = settings.sender] = settings.adminEmail ?? [];
  switch (settings.deployment) {
    case 'single':
      return { email, accounts: [{ id: account }] };
    case 'list':
      return { email, accounts: settings.accounts };
    case 'management':
    case 'delegated':
      return undefined;
  }
}

/** The rotator's variables. */
export function rotatorVariables(settings: Settings, deployed: DeployedRotator): RotatorVariables {
  const named = namesOf(settings);
  return {
    DRY_RUN: settings.dryRun ? 'true' : 'false',
    POLICY: JSON.stringify(policyVariable(settings)),
    ...(settings.policies && { POLICIES: JSON.stringify(policiesVariable(settings)) }),
    LIMITS: JSON.stringify(settings.limits),
    MEMBER_ROLE: named.memberRole,
    SCHEDULE: settings.schedule,
    EXEMPTION_GROUP: settings.exemptionGroup,
    EXEMPTION_GROUP_EXISTS: settings.exemptionGroupExists ? 'true' : 'false',
    ...(settings.exemptPaths.length > 0 && { EXEMPT_PATHS: JSON.stringify(settings.exemptPaths) }),
    ...(settings.exemptTag !== undefined && {
      EXEMPT_TAG: JSON.stringify({ key: settings.exemptTag, maxDays: settings.exemptionMaxDays }),
    }),
    ...(Object.keys(settings.tags).length > 0 && { SECRET_TAGS: JSON.stringify(settings.tags) }),
    OWNER_EMAIL_TAG: settings.ownerEmailTag,
    ...(settings.usageDetail && { USAGE_DETAIL: 'true' as const }),
    ...(settings.breakGlassPrincipals.length > 0 && { BREAK_GLASS: JSON.stringify(settings.breakGlassPrincipals) }),
    ...(settings.memberKey !== undefined && { MEMBER_KEY: settings.memberKey }),
    ...(deployed.centralStore && { CENTRAL_STORE: JSON.stringify(deployed.centralStore) }),
    ...(settings.keyApi &&
      deployed.keyApiReader !== undefined && {
        KEY_API: JSON.stringify({ reader: deployed.keyApiReader, users: grantedUsers(settings.keyApi) }),
      }),
    ...(settings.replicaRegions.length > 0 && { REPLICA_REGIONS: JSON.stringify(settings.replicaRegions) }),
    RESULTS_BUCKET: deployed.resultsBucket,
    DIGEST_TEMPLATE: named.templates.digest,
    AUDIT_DIGEST_TEMPLATE: named.templates['digest-audit'],
    ...(settings.contact !== undefined && { CONTACT: settings.contact }),
    ...mailVariables(settings),
  };
}

/** The orchestrator's variables. */
export function orchestratorVariables(settings: Settings, deployed: DeployedOrchestrator): OrchestratorVariables {
  const accounts = accountsVariable(settings, deployed.account);
  return {
    DRY_RUN: settings.dryRun ? 'true' : 'false',
    SCOPE: JSON.stringify(scopeVariable(settings)),
    ...(accounts && { ACCOUNTS: JSON.stringify(accounts) }),
    ...(settings.policies && { POLICIES: JSON.stringify(policyScopes(settings)) }),
    ROTATOR_FUNCTION: namesOf(settings).rotator,
    RESULTS_BUCKET: deployed.resultsBucket,
  };
}

/** The reporter's variables. */
export function reporterVariables(settings: Settings, deployed: DeployedReporter): ReporterVariables {
  return {
    RESULTS_BUCKET: deployed.resultsBucket,
    SUMMARY_TEMPLATE: namesOf(settings).templates.summary,
    ADMIN_EMAILS: JSON.stringify(settings.adminEmail ?? [settings.sender]),
    SUMMARY_MAIL: settings.summaryMail,
    ...(deployed.evidenceKey !== undefined && { EVIDENCE_KEY: deployed.evidenceKey }),
    ...mailVariables(settings),
  };
}

/** The variables of the function that records mails which were not delivered. */
export const mailEventsVariables = ({ resultsBucket }: Deployed): MailEventsVariables => ({ RESULTS_BUCKET: resultsBucket });

const tokenVariables = (
  settings: Settings,
  { issuer, signingKeys }: DeployedKeyApi,
): Pick<KeyApiVariables, 'ISSUER' | 'SIGNING_KEYS' | 'PLAN_PREFIX'> => ({
  ISSUER: issuer,
  SIGNING_KEYS: JSON.stringify(signingKeys),
  PLAN_PREFIX: namesOf(settings).keyApiPlan,
});

/** The variables of the key API's function. */
export function keyApiVariables(settings: Settings, { clients }: KeyApiSettings, deployed: DeployedKeyApi): KeyApiVariables {
  const { rotate, disable } = settings;
  return {
    ...tokenVariables(settings, deployed),
    CLIENTS: JSON.stringify(clients),
    // The API does not know whose user is whose: the shortest grace counts.
    GRACES: JSON.stringify([
      { rotate, disable },
      ...(settings.policies ?? []).map((policy) => ({ rotate: policy.rotate, disable: policy.disable })),
    ]),
  };
}

/** The variables of the key API's authorizer. */
export const keyApiAuthorizerVariables = (
  settings: Settings,
  { clients }: KeyApiSettings,
  deployed: DeployedKeyApi,
): KeyApiAuthorizerVariables => ({ ...tokenVariables(settings, deployed), CLIENTS: JSON.stringify(Object.keys(clients)) });
