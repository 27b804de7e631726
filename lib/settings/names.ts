import type { Settings } from './fields';

/** The fixed names of what is deployed. */
export interface Names {
  orchestrator: string;
  rotator: string;
  reporter: string;
  organizationFacts: string;
  /** Function, and rule, for mails that SES did not deliver. */
  mailEvents: string;
  /** The key API, its function and that function's role: the one reader that secrets may spare. */
  keyApi: string;
  /** Function that says whose token a request of the key API has. */
  keyApiAuthorizer: string;
  /** Begins the name of each client's usage plan; the client's name follows. */
  keyApiPlan: string;
  /** Role that the rotator assumes in every account. */
  memberRole: string;
  failedQueue: string;
  /** Topic of alarms and of mails that could not be delivered. */
  alertsTopic: string;
  dashboard: string;
  configurationSet: string;
  stackSet: string;
  /** Managed policy by which users read the central store, before the id of its key. */
  readerPolicy: string;
  /** SES template names by the name of their files. */
  templates: Record<'digest' | 'digest-audit' | 'summary', string>;
}

/** Where the central stack's template keeps the settings that it was made with, so that who deploys again can keep them. */
export const SETTINGS_METADATA = 'Settings';

/** Every name that begins with the prefix: fixed, so that operators can type them and roles can be limited to them. */
export function namesOf({ prefix }: Pick<Settings, 'prefix'>): Names {
  return {
    orchestrator: `${prefix}-orchestrator`,
    rotator: `${prefix}-rotator`,
    reporter: `${prefix}-reporter`,
    organizationFacts: `${prefix}-organization-facts`,
    mailEvents: `${prefix}-mail-events`,
    keyApi: `${prefix}-key-api`,
    keyApiAuthorizer: `${prefix}-key-api-authorizer`,
    keyApiPlan: `${prefix}-key-api-client-`,
    memberRole: `${prefix}-member`,
    failedQueue: `${prefix}-failed`,
    alertsTopic: `${prefix}-alerts`,
    dashboard: prefix,
    configurationSet: prefix,
    stackSet: `${prefix}-member`,
    readerPolicy: `${prefix}-read-own-secret`,
    templates: { digest: `${prefix}-digest`, 'digest-audit': `${prefix}-digest-audit`, summary: `${prefix}-summary` },
  };
}

/** The name of the schedule that starts the runs of a policy beside the deployment's own. */
export const policyScheduleName = ({ prefix }: Pick<Settings, 'prefix'>, policy: string): string => `${prefix}-policy-${policy}`;
