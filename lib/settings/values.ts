import { z } from 'zod';
import { addressOf } from '../../lambda/shared/address';
import { lengthOf, parsePeriod } from '../../lambda/shared/period';

const fromText =
  (convert: (text: string) => unknown) =>
  (value: unknown): unknown =>
    typeof value === 'string' ? convert(value.trim()) : value;

const toNumber = (text: string): unknown => (/^\d{1,9}$/.test(text) ? Number(text) : text);

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const toBoolean = (text: string): unknown => (text === 'true' ? true : text === 'false' ? false : text);

/** `true` or `false`; the command line's words are read as such. */
export const flag = z.preprocess(fromText(toBoolean), z.boolean('must be true or false'));

/** A text that matches the pattern as a whole. */
export const text = (pattern: RegExp, rule: string) => z.string(rule).regex(pattern, rule);

/** `true`, `false`, or a text that matches the pattern as a whole. */
export const flagOr = (pattern: RegExp, rule: string) =>
  z.preprocess(fromText(toBoolean), z.union([z.boolean(), text(pattern, rule)], rule));

/** A whole number within the bounds, both included; the command line's digits are read as such. */
export const whole = (least: number, most: number) => {
  const rule = `must be a whole number from ${least} to ${most}`;
  return z.preprocess(fromText(toNumber), z.int(rule).min(least, rule).max(most, rule));
};

/** One of the words. */
export const choice = <const W extends readonly [string, ...string[]]>(words: W) => z.enum(words, `must be ${words.join(' or ')}`);

/** One bare e-mail address that SES accepts: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
export const address = z
  .string('must be one bare e-mail address, such as key-rotation@example.com')
  .max(320, 'must be an e-mail address of at most 320 characters')
  .refine((text) => addressOf(text) !== undefined, 'must be one bare e-mail address, such as key-rotation@example.com')
  .transform((text) => addressOf(text) ?? text);

const ADDRESSES = 'must be e-mail addresses, one or several, such as ops@example.com,security@example.com';

/** One or several addresses; in one text they are separated by commas. */
export const addresses = z.preprocess(
  fromText((members) => members.split(',').map((member) => member.trim())),
  z.array(address, ADDRESSES).min(1, ADDRESSES).max(10, 'must be at most 10 addresses'),
);

/** A list; on the command line its members are separated by commas, and an empty text is the empty list. */
export const list = (pattern: RegExp, rule: string) =>
  z.preprocess(
    fromText((members) => (members === '' ? [] : members.split(',').map((member) => member.trim()))),
    z.array(text(pattern, rule), 'must be a list; on the command line, separate its members by commas'),
  );

const ACCOUNT_ID = /^\d{12}$/;

/** Accounts as objects; ids alone are taken too, on the command line separated by commas. */
export const accountList = z.preprocess(
  (value) => {
    const given = typeof value === 'string' ? fromJsonOrWords(value.trim()) : value;
    return Array.isArray(given) ? given.map((member: unknown) => (typeof member === 'string' ? { id: member } : member)) : given;
  },
  z.array(
    z.strictObject(
      {
        id: text(ACCOUNT_ID, 'must be an account id: 12 digits in quotes'),
        name: text(/^.{1,128}$/, 'must be 1 to 128 characters').optional(),
        email: address.optional(),
      },
      'must be an account id, or an object such as {"id":"111122223333","name":"Shop"}',
    ),
    'must be a list; on the command line, separate ids by commas or write JSON',
  ),
);

function fromJsonOrWords(words: string): unknown {
  if (words.startsWith('[') || words.startsWith('{')) return fromJson(words);
  return words === '' ? [] : words.split(',').map((word) => word.trim());
}

const TAGS =
  'must be an object such as {"team":"security"} with at most 49 tags, keys of 1 to 128 characters not beginning with aws: or key-rotation: and not the same in another letter case, and values of at most 256';
const TAG_KEY = /^(?!aws:|key-rotation:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/iu;
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u;
/** AWS allows 50, of which a secret needs one for the rotation's own. */
const MAX_TAGS = 49;

/**
 * Resource tags, on the command line as JSON; IAM ignores the case of their keys:
 * https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
 */
export const tags = z.preprocess(
  fromText(fromJson),
  z
    .record(z.string(), z.string(TAGS), TAGS)
    .refine((given) => Object.keys(given).length <= MAX_TAGS, TAGS)
    .refine((given) => new Set(Object.keys(given).map((key) => key.toLowerCase())).size === Object.keys(given).length, TAGS)
    .refine((given) => Object.entries(given).every(([key, value]) => TAG_KEY.test(key) && TAG_VALUE.test(value)), TAGS),
);

/** A JSON object, on the command line as text. */
export const object = <S extends z.ZodType>(schema: S) => z.preprocess(fromText(fromJson), schema);

/** A policy period within the bounds, both included; stays text, since the functions read the same notation. */
export const period = (least: string, most: string) => {
  const rule = `must be a number with d, h or m, from ${least} to ${most}`;
  const length = (notation: string): number => {
    const parsed = parsePeriod(notation);
    return parsed ? lengthOf(parsed) : Number.NaN;
  };
  return z.string(rule).refine((value) => length(value) >= length(least) && length(value) <= length(most), rule);
};

/** One period, or a list of them, on the command line separated by commas; given back as a list. */
export const periods = (least: string, most: string) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((member) => member.trim()) : value),
    z.array(period(least, most), `must be a number with d, h or m, from ${least} to ${most}, or a list of such numbers`).min(1).max(10),
  );

/** As the CDK has them, which is not loaded for this, because commands read settings, too. */
export const RETENTIONS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Days that CloudWatch Logs can keep: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const logRetention = z.preprocess(fromText(toNumber), z.literal(RETENTIONS, `must be one of ${RETENTIONS.join(', ')}`));
