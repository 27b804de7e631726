import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { errorFacts, RotationError } from '../shared/errors';
import { secondSecretNameFor, secretNameFor } from '../shared/secret-name';
import type { GrantedUser } from './grants';
import { RefusedError } from './refused';
import { once } from '../shared/once';

/** A key as its secret holds it. */
export interface StoredKey {
  accessKeyId: string;
  secretAccessKey: string;
  created: Date;
}

/** Of a secret: the key that is current, and the one that was before it. */
export type Label = 'AWSCURRENT' | 'AWSPREVIOUS';

const value = once(() =>
  z.object({
    UserName: z.string(),
    AccessKeyId: z.string().regex(/^[A-Z0-9]{16,128}$/),
    SecretAccessKey: z.string().min(1),
    CreateDate: z.iso.datetime(),
    /** The user's second secret, where keys are too many for one (docs/adr/0020). */
    AlsoIn: z.string().optional(),
  }),
);

/** What a version that is not there is answered with; a secret that is closed holds no key yet. */
const ABSENT: readonly string[] = ['ResourceNotFoundException', 'InvalidRequestException'];

/**
 * The key of this label in the user's secret, or in the two of a user whose keys are too many for one: the later of both is the current one,
 * the earlier the one before it. Undefined when there is none. Throws when a secret cannot be read, or holds something else than a key of
 * this user. Nothing of the value is in an error.
 */
export async function storedKey(secrets: SecretsManagerClient, granted: GrantedUser, label: Label): Promise<StoredKey | undefined> {
  const { account, user } = granted;
  const name = secretNameFor(account, user);
  const [first, current] = await Promise.all([
    readKey(secrets, granted, name, label),
    label === 'AWSCURRENT' ? undefined : readKey(secrets, granted, name, 'AWSCURRENT'),
  ]);
  const inFirst = label === 'AWSCURRENT' ? first : current;
  const second =
    inFirst?.alsoIn === undefined ? undefined : await readKey(secrets, granted, secondSecretNameFor(account, user), 'AWSCURRENT');
  if (!inFirst || !second) return first && keyOf(first);
  const [later, earlier] = second.created > inFirst.created ? [second, inFirst] : [inFirst, second];
  return keyOf(label === 'AWSCURRENT' ? later : earlier);
}

const keyOf = ({ accessKeyId, secretAccessKey, created }: ReadKey): StoredKey => ({ accessKeyId, secretAccessKey, created });

/** A key with the second secret that its value names. */
interface ReadKey extends StoredKey {
  alsoIn?: string | undefined;
}

async function readKey(secrets: SecretsManagerClient, { user }: GrantedUser, SecretId: string, label: Label): Promise<ReadKey | undefined> {
  let text: string | undefined;
  try {
    ({ SecretString: text } = await secrets.send(new GetSecretValueCommand({ SecretId, VersionStage: label })));
  } catch (cause) {
    const { error, message } = errorFacts(cause);
    if (ABSENT.includes(error)) return undefined;
    throw new RefusedError('not-available', `the secret ${SecretId} could not be read: ${error}: ${message}`, { cause });
  }
  const parsed = value().safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const { UserName, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, CreateDate, AlsoIn } = parsed.data;
  if (UserName !== user) throw new RotationError(`the secret ${SecretId} holds the key of another user`);
  return { accessKeyId, secretAccessKey, created: new Date(CreateDate), alsoIn: AlsoIn };
}

/** The note of the write check is JSON, too, and no key. */
function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
