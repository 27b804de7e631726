import { z } from 'zod';
import { flag, list, text, whole } from './values';

const CLIENT = /^(?=.{2,32}$)[a-z](?:-?[a-z0-9])+$/;
const ACCOUNT = /^\d{12}$/;
const USER = /^[\w+=.@-]{1,64}$/;
const EXAMPLE = '{"clients":{"billing":{"222233334444":["web-deploy"]}}}';
const CLIENTS = 'must be an object of clients, such as {"billing":{"222233334444":["web-deploy"]}}';
const CLIENT_NAME = 'must be the name of a client: 2 to 32 lower-case letters, digits and single dashes, beginning with a letter';
const ACCOUNT_ID = 'must be an account id: 12 digits in quotes';

/** An object whose keys match the pattern as a whole. */
const keyed = <S extends z.ZodType>(pattern: RegExp, rule: string, value: S, whole: string) =>
  z.record(z.string(), value, whole).superRefine((given, context) => {
    for (const key of Object.keys(given))
      if (!pattern.test(key)) context.addIssue({ code: 'custom', message: rule, path: [key], input: key });
  });

const users = z
  .array(
    text(USER, 'must be the name of one IAM user, without wildcards or commas: 1 to 64 letters, digits or +=.@_-'),
    'must be a list of user names',
  )
  .min(1, 'must name at least one user');

/** What the settings may say about the key API. */
const fields = z.strictObject(
  {
    clients: keyed(
      CLIENT,
      CLIENT_NAME,
      keyed(ACCOUNT, ACCOUNT_ID, users, 'must be an object of accounts and their users'),
      CLIENTS,
    ).default({}),
    session: flag.default(false),
    privateEndpoints: list(/^vpce-[0-9a-f]{8,17}$/, 'must be the id of a VPC endpoint, such as vpce-0a1b2c3d4e5f67890').default([]),
    webAcl: text(
      /^arn:[a-z-]+:wafv2:[a-z0-9-]+:\d{12}:regional\/webacl\/[\w-]+\/[0-9a-f-]+$/,
      'must be the ARN of a regional web ACL of AWS WAF',
    ).optional(),
    signingKey: whole(1, 1_000).default(1),
    accessLogRole: flag.default(false),
  },
  `must be true, false, or an object such as ${EXAMPLE}`,
);

/** What an object of the setting may hold. */
export const KEY_API_FIELDS: readonly string[] = Object.keys(fields.shape);

/** The key API of one deployment. */
export type KeyApiSettings = z.output<typeof fields>;

function given(value: unknown): unknown {
  if (typeof value !== 'string') return value === true ? {} : value === false ? undefined : value;
  const words = value.trim();
  if (words === 'true') return {};
  if (words === 'false') return undefined;
  try {
    return JSON.parse(words);
  } catch {
    return words;
  }
}

/** `false` is none, `true` is one without clients; on the command line an object is JSON. */
export const keyApi = z.preprocess(given, fields.optional()).optional();

/** Account → users that some client was granted, each once and in a fixed order. */
export function grantedUsers({ clients }: KeyApiSettings): Record<string, string[]> {
  const granted = new Map<string, Set<string>>();
  for (const accounts of Object.values(clients)) {
    for (const [account, names] of Object.entries(accounts)) granted.set(account, new Set([...(granted.get(account) ?? []), ...names]));
  }
  return Object.fromEntries(
    [...granted].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([account, names]) => [account, [...names].toSorted()]),
  );
}
