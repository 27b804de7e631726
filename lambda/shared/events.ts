import { closest } from 'fastest-levenshtein';
import * as z from 'zod';
import { InvalidEventError } from './errors';
import { once, type Parsed } from './once';

/** Text that matches as a whole; whatever else is given is refused in these words. */
const text = (rule: string, pattern: RegExp) =>
  z.string({ error: ({ input }) => (input === undefined || typeof input === 'object' ? rule : `${rule}, in quotes`) }).regex(pattern, rule);

const accountId = once(() => text('must be an account id of 12 digits', /^\d{12}$/));
/** IAM user names: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const userName = once(() => text('must be an IAM user name: 1 to 64 letters, digits or +=,.@_-', /^[\w+=,.@-]{1,64}$/));
/** Part of an S3 key: `.` and `..` would lead elsewhere. */
const runId = once(() => text('must be 1 to 80 letters, digits, dots, dashes or underscores', /^\w[\w.-]{0,79}$/));
/** The name of a policy beside the deployment's own; the settings are the ones to know which there are. */
const policy = once(() => text('must be the name of a policy: 1 to 20 lower-case letters, digits and dashes', /^[a-z][a-z0-9-]{0,19}$/));
const flag = once(() => z.boolean('must be true or false, without quotes'));
/** Asks whether everything is in place, and changes nothing. */
const check = once(() => z.literal(true, 'must be true when given').optional());
const accountIds = 'must be a list of 1 to 50,000 account ids';
const object = 'must be a JSON object';

const rotatorEvent = once(() =>
  z.strictObject(
    {
      account: accountId(),
      /** Empty when Organizations knows none: then nobody but owners gets mail. */
      email: text('must be an e-mail address of at most 320 characters, or empty', /^[^]{0,320}$/),
      name: text('must be the name of the account: 1 to 128 characters', /^[^]{1,128}$/),
      ForceRotate: userName().optional(),
      dryrun: flag().optional(),
      runId: runId().optional(),
      policy: policy().optional(),
      check: check(),
    },
    object,
  ),
);

const orchestratorEvent = once(() =>
  z.strictObject(
    {
      accounts: z.array(accountId(), accountIds).min(1, accountIds).max(50_000, accountIds).optional(),
      account: accountId().optional(),
      ForceRotate: userName().optional(),
      dryrun: flag().optional(),
      policy: policy().optional(),
      check: check(),
    },
    object,
  ),
);

const reporterEvent = once(() => z.strictObject({ runId: runId().optional() }, object));

type Given = Readonly<Record<string, unknown>>;

const besideCheck = (event: Given, keys: readonly string[]): string[] =>
  keys.flatMap((key) =>
    event['check'] === true && event[key] !== undefined
      ? [`${key}: cannot be combined with check, which changes nothing (got ${shown(event[key])})`]
      : [],
  );

/** A forced rotation follows the policy of its user, whichever that is. */
const besidePolicy = (event: Given): string[] =>
  event['policy'] !== undefined && event['ForceRotate'] !== undefined
    ? ['policy: cannot be combined with ForceRotate, which follows the policy of its user']
    : [];

function togetherForOrchestrator(event: Given): string[] {
  const { account, accounts, ForceRotate } = event;
  return [
    ...((account === undefined) !== (ForceRotate === undefined)
      ? ['account: account and ForceRotate go together; to run some accounts only, give accounts: [...]']
      : []),
    ...(accounts !== undefined && ForceRotate !== undefined ? ['accounts: cannot be combined with ForceRotate'] : []),
    ...besidePolicy(event),
    ...besideCheck(event, ['account', 'ForceRotate', 'dryrun', 'policy']),
  ];
}

/** What a rotator invocation is asked to do. */
export type RotatorEvent = Parsed<typeof rotatorEvent>;
/** What an orchestrator invocation is asked to do; `{}` is a full run. */
export type OrchestratorEvent = Parsed<typeof orchestratorEvent>;
/** What a reporter invocation is asked to do; `{}` reports every run not yet reported. */
export type ReporterEvent = Parsed<typeof reporterEvent>;

/** Mistakes that one message names; an event of thousands of keys must not fill the log. */
const MAX_MISTAKES = 20;
const shown = (value: unknown): string => JSON.stringify(value).slice(0, 80);

/** How a function's events are read. */
interface Rules<S extends z.ZodObject> {
  name: string;
  schema: S;
  /** Mistakes between keys, looked for whatever is wrong with single ones. */
  together: (event: Given) => string[];
}

function parse<S extends z.ZodObject>({ name, schema, together }: Rules<S>, event: unknown): z.output<S> {
  const parsed = schema.safeParse(event);
  const wrong = parsed.error?.issues.flatMap((issue) => describe(issue, Object.keys(schema.shape), event)) ?? [];
  const mistakes = [...wrong, ...(typeof event === 'object' && event !== null ? together(event as Given) : [])];
  if (parsed.success && mistakes.length === 0) return parsed.data;
  const more = mistakes.length > MAX_MISTAKES ? `; and ${mistakes.length - MAX_MISTAKES} more` : '';
  throw new InvalidEventError(`the ${name}'s event is not valid, nothing was done: ${mistakes.slice(0, MAX_MISTAKES).join('; ')}${more}`);
}

function describe(issue: z.core.$ZodIssue, keys: readonly string[], event: unknown): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `unknown key ${shown(key)}, the nearest known one is "${closest(key, keys)}"`);
  }
  const value = issue.path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], event);
  const where = issue.path.join('.') || 'event';
  return [value === undefined ? `${where}: missing, ${issue.message}` : `${where}: ${issue.message} (got ${shown(value)})`];
}

/** Reads a rotator event; throws one InvalidEventError that names every mistake, with key and value. */
export const parseRotatorEvent = (event: unknown): RotatorEvent =>
  parse(
    {
      name: 'rotator',
      schema: rotatorEvent(),
      together: (given) => [...besidePolicy(given), ...besideCheck(given, ['ForceRotate', 'dryrun', 'policy'])],
    },
    event,
  );
/** Reads an orchestrator event; throws one InvalidEventError that names every mistake, with key and value. */
export const parseOrchestratorEvent = (event: unknown): OrchestratorEvent =>
  parse({ name: 'orchestrator', schema: orchestratorEvent(), together: togetherForOrchestrator }, event);
/** Reads a reporter event; throws one InvalidEventError that names every mistake, with key and value. */
export const parseReporterEvent = (event: unknown): ReporterEvent =>
  parse({ name: 'reporter', schema: reporterEvent(), together: () => [] }, event);
