import { closest } from 'fastest-levenshtein';
import type { z } from 'zod';
import { ConfigurationError } from '../../lambda/shared/errors';
import { inconsistencies } from './consistency';
import { fields, names, type Settings } from './fields';
import { KEY_API_FIELDS } from './key-api';
import { POLICY_KEYS, refusesTag } from './policies';
import { agesOf } from './profiles';

const OBJECT = 'rotation';
/** What settings that are objects may hold. */
const WITHIN: Readonly<Record<string, readonly string[]>> = {
  limits: ['rotate', 'disable', 'delete'],
  accounts: ['id', 'name', 'email'],
  keyApi: KEY_API_FIELDS,
  policies: POLICY_KEYS,
};
const NO_TAG =
  'users follow a policy by groups or paths, never by a tag: who may tag a colleague could then have their key switched off in minutes';

type Values = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Feature flags, `aws:cdk:…` and cached look-ups are the CDK's own. */
const isOurs = (key: string): boolean => !key.startsWith('@') && !/[:/]/.test(key);

/** The `rotation` object of cdk.json with the single `-c key=value` flags laid over it. */
function gather(context: Values): { values: Values; mistakes: string[] } {
  const given = context[OBJECT] ?? {};
  const flags = Object.fromEntries(Object.entries(context).filter(([key]) => isOurs(key) && key !== OBJECT));
  if (isObject(given)) return { values: { ...given, ...flags }, mistakes: [] };
  return { values: flags, mistakes: [`${OBJECT}: must be an object of settings, got ${show(given)}`] };
}

function show(value: unknown): string {
  const shown = JSON.stringify(value);
  return shown.length > 100 ? `${shown.slice(0, 99)}…` : shown;
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    const within = issue.path.map((step) => `${String(step)}.`).join('');
    const known = WITHIN[String(issue.path[0])] ?? names;
    return issue.keys.map((key) =>
      issue.path[0] === 'policies' && refusesTag(key)
        ? `${within}${key}: ${NO_TAG}`
        : `${within}${key}: unknown setting, the nearest known one is ${within}${closest(key, known)}`,
    );
  }
  const key = issue.path.join('.');
  return [issue.input === undefined ? `${key}: missing, ${issue.message}` : `${key}: ${issue.message}, got ${show(issue.input)}`];
}

/** The settings that are right by themselves, and of lists the members that are; with defaults for those not given. */
function sound(values: Values): Partial<Settings> {
  const entries = Object.entries(fields.shape).flatMap(([key, field]) => {
    const parsed = field.safeParse(values[key]);
    if (parsed.success) return [[key, parsed.data] as const];
    const wrong = parsed.error.issues.map(({ path: [member] }) => member);
    const given = membersOf(values[key]);
    if (!given || wrong.some((member) => typeof member !== 'number')) return [];
    const right = given.filter((_, index) => !wrong.includes(index));
    const rest = field.safeParse(right);
    return rest.success && right.length > 0 ? [[key, rest.data] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** The members of a list as cdk.json or the command line gives it. */
function membersOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as unknown[];
  return typeof value === 'string' && !/^\s*[[{]/.test(value) ? value.split(',') : undefined;
}

/**
 * Reads the settings from CDK context: the object `rotation`, and single `-c key=value` flags, which win.
 * Throws one ConfigurationError that lists every mistake with key, value and what is allowed.
 */
export function readSettings(context: Values): Settings {
  const { values: given, mistakes } = gather(context);
  const values = { ...agesOf(given['profile']), ...given };
  const parsed = fields.safeParse(values, { reportInput: true });
  if (!parsed.success) mistakes.push(...parsed.error.issues.flatMap(describeIssue));
  mistakes.push(...inconsistencies(sound(values)));
  if (parsed.success && mistakes.length === 0) return parsed.data;
  throw new ConfigurationError(`wrong settings:\n${[...new Set(mistakes)].map((mistake) => `  ${mistake}`).join('\n')}`);
}
