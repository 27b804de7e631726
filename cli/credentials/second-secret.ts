import { troubleOf, type Aws } from './aws';
import type { StaticKey } from './shared-text';
import type { SecretPlace } from './state';
import { parseStored } from './successor';

/** The second secret that a value names, where keys are too many for one: docs/policies.md#where-the-key-is. */
function secondOf(value: string): string | undefined {
  try {
    const { AlsoIn } = JSON.parse(value) as { AlsoIn?: unknown };
    return typeof AlsoIn === 'string' && AlsoIn !== '' ? AlsoIn : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The value that holds the user's key: that of the secret, or of the second one that it names when its key was made later. A second one that
 * is not there, or holds no key yet, counts for nothing; any other error of AWS is thrown.
 */
export async function readActive(aws: Pick<Aws, 'readSecret'>, key: StaticKey, place: SecretPlace): Promise<string> {
  const first = await aws.readSecret(key, place);
  const id = secondOf(first);
  if (id === undefined) return first;
  const second = await aws.readSecret(key, { ...place, id }).catch((error: unknown) => {
    if (troubleOf(error) === 'nothing there') return first;
    throw error;
  });
  const [one, other] = [parseStored(first), parseStored(second)];
  return other && (!one || Date.parse(other.created) > Date.parse(one.created)) ? second : first;
}
