import { closest } from 'fastest-levenshtein';
import * as z from 'zod';
import { InvalidEventError } from './errors';

const accountId = z.string().regex(/^\d{12}$/, 'must be an account id of 12 digits');
/** IAM user names: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const userName = z.string().regex(/^[\w+=,.@-]{1,64}$/, 'must be an IAM user name: 1 to 64 letters, digits or +=,.@_-');
/** Part of an S3 key: `.` and `..` would lead elsewhere. */
const runId = z.string().regex(/^\w[\w.-]{0,79}$/, 'must be 1 to 80 letters, digits, dots, dashes or underscores');

/** Asks whether everything is in place, and changes nothing. */
const check = z.literal(true, 'must be true when given').optional();
const notWithCheck = (key: 'ForceRotate' | 'dryrun' | 'account') => ({
  message: 'cannot be combined with check, which changes nothing',
  path: [key],
});

const rotatorEvent = z
  .strictObject({
    account: accountId,
    /** Empty when Organizations knows none: then nobody but owners gets mail. */
    email: z.string().max(320),
    name: z.string().min(1).max(128),
    ForceRotate: userName.optional(),
    dryrun: z.boolean().optional(),
    runId: runId.optional(),
    check,
  })
  .refine((e) => !e.check || e.ForceRotate === undefined, notWithCheck('ForceRotate'))
  .refine((e) => !e.check || e.dryrun === undefined, notWithCheck('dryrun'));

const orchestratorEvent = z
  .strictObject({
    accounts: z.array(accountId).min(1).max(50_000).optional(),
    account: accountId.optional(),
    ForceRotate: userName.optional(),
    dryrun: z.boolean().optional(),
    check,
  })
  .refine((e) => (e.account === undefined) === (e.ForceRotate === undefined), {
    message: 'account and ForceRotate go together; to run some accounts only, give accounts: [...]',
    path: ['account'],
  })
  .refine((e) => !(e.accounts && e.ForceRotate), { message: 'cannot be combined with ForceRotate', path: ['accounts'] })
  .refine((e) => !e.check || e.account === undefined, notWithCheck('account'))
  .refine((e) => !e.check || e.dryrun === undefined, notWithCheck('dryrun'));

const reporterEvent = z.strictObject({ runId: runId.optional() });

/** What a rotator invocation is asked to do. */
export type RotatorEvent = z.output<typeof rotatorEvent>;
/** What an orchestrator invocation is asked to do; `{}` is a full run. */
export type OrchestratorEvent = z.output<typeof orchestratorEvent>;
/** What a reporter invocation is asked to do; `{}` reports every run not yet reported. */
export type ReporterEvent = z.output<typeof reporterEvent>;

/** Mistakes that one message names; an event of thousands of keys must not fill the log. */
const MAX_MISTAKES = 20;
const shown = (value: unknown): string => JSON.stringify(value).slice(0, 80);

function parse<S extends z.ZodType>(schema: S, keys: readonly string[], name: string, event: unknown): z.output<S> {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `unknown key ${shown(key)}, the nearest known one is "${closest(key, keys)}"`);
    }
    const value = issue.path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], event);
    return `${issue.path.join('.') || 'event'}: ${issue.message}${value === undefined ? '' : ` (got ${shown(value)})`}`;
  });
  const more = mistakes.length > MAX_MISTAKES ? `; and ${mistakes.length - MAX_MISTAKES} more` : '';
  throw new InvalidEventError(`the ${name}'s event is not valid, nothing was done: ${mistakes.slice(0, MAX_MISTAKES).join('; ')}${more}`);
}

/** Reads a rotator event; throws one InvalidEventError that names every mistake, with key and value. */
export const parseRotatorEvent = (event: unknown): RotatorEvent => parse(rotatorEvent, Object.keys(rotatorEvent.shape), 'rotator', event);
/** Reads an orchestrator event; throws one InvalidEventError that names every mistake, with key and value. */
export const parseOrchestratorEvent = (event: unknown): OrchestratorEvent =>
  parse(orchestratorEvent, Object.keys(orchestratorEvent.shape), 'orchestrator', event);
/** Reads a reporter event; throws one InvalidEventError that names every mistake, with key and value. */
export const parseReporterEvent = (event: unknown): ReporterEvent =>
  parse(reporterEvent, Object.keys(reporterEvent.shape), 'reporter', event);
