/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html */
const KEY_ID = /^(AKIA|ASIA)[A-Z0-9]{12,124}$/;
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const USER_NAME = /^[\w+=,.@-]{1,64}$/;

/** Reads the id of an IAM user's access key. */
export function accessKeyId(text: string): string {
  if (!KEY_ID.test(text)) throw new Error(`"${text}" must be an access key id, such as AKIAIOSFODNN7EXAMPLE`);
  if (text.startsWith('ASIA'))
    throw new Error(`"${text}" belongs to temporary credentials, which no user has and which expire by themselves`);
  return text;
}

/** Reads the name of an IAM user. */
export function userName(text: string): string {
  if (text.startsWith('arn:')) throw new Error(`"${text}" must be the user's name: what follows the last / of the ARN`);
  if (!USER_NAME.test(text)) throw new Error(`"${text}" must be a user's name: 1 to 64 letters, digits and _+=,.@-`);
  return text;
}

/** The argument that names a key. */
export const keyArgument = {
  kind: 'tuple',
  parameters: [{ brief: "the key's id; whose it is is found out", parse: accessKeyId, placeholder: 'key' }],
} as const;

/** The argument that names a user. */
export const userArgument = { kind: 'tuple', parameters: [{ brief: "the user's name", parse: userName, placeholder: 'user' }] } as const;

/** Where a new key can be stored. */
export type Store = { kind: 'secret' } | { kind: 'profile'; name: string };

/** Reads where a new key goes. */
export function storeOf(text: string): Store {
  if (text === 'secret') return { kind: 'secret' };
  const [, name] = /^profile:([^\s[\]]+)$/.exec(text) ?? [];
  if (name !== undefined) return { kind: 'profile', name };
  throw new Error(`"${text}" must be secret, or profile:NAME`);
}
