import * as z from 'zod';
import { parsePeriod, lengthOf } from './period';
import { ConfigurationError } from './errors';
import { once, type Parsed } from './once';

const period = once(() =>
  z.string().transform((text, ctx) => {
    const parsed = parsePeriod(text);
    if (!parsed) ctx.addIssue(`must be a number with d, h or m, such as 90d; got "${text}"`);
    return parsed ?? z.NEVER;
  }),
);
const flag = once(() => z.enum(['true', 'false']).transform((text) => text === 'true'));
const json = <S extends z.ZodType>(schema: S) =>
  z
    .string()
    .transform((text, ctx) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        ctx.addIssue('must be JSON');
        return z.NEVER;
      }
    })
    .pipe(schema);

/** The policy as the functions receive it; the stack has already checked that warn < rotate < disable < delete. */
const policy = once(() =>
  z
    .strictObject({
      rotate: period(),
      disable: period(),
      delete: period(),
      /** Longest first. */
      warn: z.array(period()).min(1),
      untold: z.enum(['wait', 'proceed']),
      unusedKeys: z.enum(['rotate', 'retire']),
      whileInUse: z.enum(['disable', 'hold']),
      maxHold: period(),
      /** Absent when secrets are kept. */
      deleteSecretAfter: period().optional(),
    })
    .refine(
      (p) => lengthOf(p.rotate) < lengthOf(p.disable) && lengthOf(p.disable) < lengthOf(p.delete),
      'must satisfy rotate < disable < delete',
    ),
);
/** Policies beside the deployment's own; the stack has already checked them. */
const policies = once(() =>
  z
    .array(
      z.strictObject({
        name: z.string(),
        groups: z.array(z.string()),
        paths: z.array(z.string()),
        rotate: period(),
        disable: period(),
        delete: period(),
        warn: z.array(period()),
        schedule: z.string(),
        /** Two secrets take the keys of each user in turn. */
        inTurn: z.boolean(),
        /** Every account in scope when absent. */
        accounts: z.array(z.string()).optional(),
      }),
    )
    .min(1),
);
/** Which accounts the runs of each policy go to. */
const policyScopes = once(() =>
  z
    .array(
      z.strictObject({
        name: z.string(),
        /** The longest time between two runs, in milliseconds. */
        pauseMs: z.number(),
        accounts: z.array(z.string()).optional(),
      }),
    )
    .min(1),
);
const limits = once(() =>
  z.strictObject({
    rotate: z.int().positive().optional(),
    disable: z.int().positive().optional(),
    delete: z.int().positive().optional(),
  }),
);
const scope = once(() =>
  z.strictObject({
    includeAccounts: z.array(z.string()),
    excludeAccounts: z.array(z.string()),
    includeOrganizationalUnits: z.array(z.string()),
    excludeOrganizationalUnits: z.array(z.string()),
    /** Where StackSets made no role in the management account. */
    skipManagementAccount: z.boolean().optional(),
  }),
);
const accounts = once(() =>
  z.strictObject({
    /** For the accounts that name no address. */
    email: z.string(),
    accounts: z.array(z.strictObject({ id: z.string(), name: z.string().optional(), email: z.string().optional() })).min(1),
  }),
);

const mail = once(() => ({ SENDER: z.string(), REPLY_TO: z.string().optional(), CONFIGURATION_SET: z.string() }));

const rotator = once(() =>
  z.object({
    DRY_RUN: flag(),
    POLICY: json(policy()),
    /** Absent when everybody follows the deployment's policy. */
    POLICIES: json(policies()).optional(),
    LIMITS: json(limits()),
    MEMBER_ROLE: z.string(),
    /** When keys are rotated, so that warnings come before the run that takes a step. */
    SCHEDULE: z.string(),
    EXEMPTION_GROUP: z.string(),
    /** The group is somebody else's, so that a missing one is a mistake. */
    EXEMPTION_GROUP_EXISTS: flag(),
    /** Absent when no path exempts its users. */
    EXEMPT_PATHS: json(z.array(z.string()).min(1)).optional(),
    /** Absent when no tag exempts a user. */
    EXEMPT_TAG: json(z.strictObject({ key: z.string(), maxDays: z.int().positive() })).optional(),
    /** Tags of every secret; absent when there are none. */
    SECRET_TAGS: json(z.record(z.string(), z.string())).optional(),
    /** Alias of the key of secrets in the users' own accounts; the key aws/secretsmanager when absent. */
    MEMBER_KEY: z.string().optional(),
    OWNER_EMAIL_TAG: z.string(),
    /** CloudTrail is asked who still uses keys that are about to stop working; absent when it is not. */
    USAGE_DETAIL: flag().optional(),
    /** Absent when nobody but its user reads a secret. */
    BREAK_GLASS: json(z.array(z.string()).min(1)).optional(),
    /** Absent when secrets live in the accounts of their users. */
    CENTRAL_STORE: json(z.strictObject({ key: z.string(), readerPolicy: z.string() })).optional(),
    /** Who reads secrets beside their users, and whose; absent without the key API. */
    KEY_API: json(z.strictObject({ reader: z.string(), users: z.record(z.string(), z.array(z.string())) })).optional(),
    /** Absent when secrets have no replicas. */
    REPLICA_REGIONS: json(z.array(z.string()).min(1)).optional(),
    RESULTS_BUCKET: z.string(),
    DIGEST_TEMPLATE: z.string(),
    AUDIT_DIGEST_TEMPLATE: z.string(),
    /** Whom people shall ask; absent when the settings do not say. */
    CONTACT: z.string().optional(),
    ...mail(),
  }),
);
const orchestrator = once(() =>
  z.object({
    DRY_RUN: flag(),
    SCOPE: json(scope()),
    /** Absent when the organization is asked. */
    ACCOUNTS: json(accounts()).optional(),
    /** Absent when everybody follows the deployment's policy. */
    POLICIES: json(policyScopes()).optional(),
    ROTATOR_FUNCTION: z.string(),
    RESULTS_BUCKET: z.string(),
  }),
);
const reporter = once(() =>
  z.object({
    RESULTS_BUCKET: z.string(),
    SUMMARY_TEMPLATE: z.string(),
    ADMIN_EMAILS: json(z.array(z.string()).min(1)),
    SUMMARY_MAIL: z.enum(['always', 'changes']),
    /** ARN of the key that signs evidence; it is not signed when absent. */
    EVIDENCE_KEY: z.string().optional(),
    ...mail(),
  }),
);

const mailEvents = once(() => z.object({ RESULTS_BUCKET: z.string() }));

const tokens = once(() => ({
  /** The API's own URL: who issues tokens, and whom they are for. */
  ISSUER: z.string(),
  /** ARNs of the keys that tokens are signed by; the first one signs, and all verify. */
  SIGNING_KEYS: json(z.array(z.string()).min(1)),
  /** What the name of a client's usage plan begins with; the client's name follows. */
  PLAN_PREFIX: z.string(),
}));
const keyApi = once(() =>
  z.object({
    ...tokens(),
    /** Client → account → users that it may read. */
    CLIENTS: json(z.record(z.string(), z.record(z.string(), z.array(z.string())))),
    /** How long a key stays active after its successor was issued, for each policy that there is. */
    GRACES: json(z.array(z.strictObject({ rotate: period(), disable: period() })).min(1)),
  }),
);
const keyApiAuthorizer = once(() =>
  z.object({
    ...tokens(),
    /** The names of all clients. */
    CLIENTS: json(z.array(z.string())),
  }),
);

/** What the rotator's environment says, parsed. */
export type RotatorEnvironment = Parsed<typeof rotator>;
/** What the orchestrator's environment says, parsed. */
export type OrchestratorEnvironment = Parsed<typeof orchestrator>;
/** What the reporter's environment says, parsed. */
export type ReporterEnvironment = Parsed<typeof reporter>;
/** The variables the stack must set for the rotator: one definition for template and code. */
export type RotatorVariables = z.input<ReturnType<typeof rotator>>;
/** The variables the stack must set for the orchestrator. */
export type OrchestratorVariables = z.input<ReturnType<typeof orchestrator>>;
/** The variables the stack must set for the reporter. */
export type ReporterVariables = z.input<ReturnType<typeof reporter>>;
/** The variables the stack must set for the function that records mails which were not delivered. */
export type MailEventsVariables = z.input<ReturnType<typeof mailEvents>>;
/** What the environment of the key API's function says, parsed. */
export type KeyApiEnvironment = Parsed<typeof keyApi>;
/** What the environment of the key API's authorizer says, parsed. */
export type KeyApiAuthorizerEnvironment = Parsed<typeof keyApiAuthorizer>;
/** The variables the stack must set for the key API's function. */
export type KeyApiVariables = z.input<ReturnType<typeof keyApi>>;
/** The variables the stack must set for the key API's authorizer. */
export type KeyApiAuthorizerVariables = z.input<ReturnType<typeof keyApiAuthorizer>>;
/** The value of the `SCOPE` variable before it is written as JSON. */
export type Scope = Parsed<typeof scope>;
/** The value of the `ACCOUNTS` variable before it is written as JSON: the accounts of a deployment that asks no organization. */
export type Accounts = Parsed<typeof accounts>;
/** The value of the `POLICY` variable before it is written as JSON. */
export type PolicyVariable = z.input<ReturnType<typeof policy>>;
/** The value of the rotator's `POLICIES` variable before it is written as JSON. */
export type PoliciesVariable = z.input<ReturnType<typeof policies>>;
/** One policy beside the deployment's own, as the rotator knows it. */
export type SidePolicy = Parsed<typeof policies>[number];
/** The value of the orchestrator's `POLICIES` variable before it is written as JSON. */
export type PolicyScopes = Parsed<typeof policyScopes>;
/** The value of the `LIMITS` variable: most actions of each kind per account and run; absent = no limit. */
export type Limits = Parsed<typeof limits>;

function read<S extends z.ZodType>(schema: S, variables: NodeJS.ProcessEnv): z.output<S> {
  const parsed = schema.safeParse(variables);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(`environment variables: ${parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}`);
}

/** Reads the rotator's variables; throws one ConfigurationError that names every wrong one. */
export const rotatorEnvironment = (variables: NodeJS.ProcessEnv): RotatorEnvironment => read(rotator(), variables);
/** Reads the orchestrator's variables; throws one ConfigurationError that names every wrong one. */
export const orchestratorEnvironment = (variables: NodeJS.ProcessEnv): OrchestratorEnvironment => read(orchestrator(), variables);
/** Reads the reporter's variables; throws one ConfigurationError that names every wrong one. */
export const reporterEnvironment = (variables: NodeJS.ProcessEnv): ReporterEnvironment => read(reporter(), variables);
/** Reads the variables of the function that records mails which were not delivered; throws one ConfigurationError that names every wrong one. */
export const mailEventsEnvironment = (variables: NodeJS.ProcessEnv): Parsed<typeof mailEvents> => read(mailEvents(), variables);
/** Reads the variables of the key API's function; throws one ConfigurationError that names every wrong one. */
export const keyApiEnvironment = (variables: NodeJS.ProcessEnv): KeyApiEnvironment => read(keyApi(), variables);
/** Reads the variables of the key API's authorizer; throws one ConfigurationError that names every wrong one. */
export const keyApiAuthorizerEnvironment = (variables: NodeJS.ProcessEnv): KeyApiAuthorizerEnvironment =>
  read(keyApiAuthorizer(), variables);

/** The policies beside the deployment's own that hold in an account. */
export const sidesIn = ({ POLICIES = [] }: Pick<RotatorEnvironment, 'POLICIES'>, account: string): SidePolicy[] =>
  POLICIES.filter(({ accounts }) => accounts?.includes(account) ?? true);
