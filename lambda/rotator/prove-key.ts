import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { PROVING_TIME_MS, type IssuingServices } from '../core/act/issue-key';
import { clientDefaults, type Watch } from '../shared/clients';
import { errorFacts, KeyNotProvenError } from '../shared/errors';

/** Before STS is asked again, in milliseconds; a new key is unknown for seconds. */
const PAUSE_MS = 1_500;

/**
 * Proves that a new key works before anybody gets it: STS, to which everybody may say who they are, has to answer with its user. A new key
 * is unknown at first: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html. That it is not known within a minute is a
 * KeyNotProvenError.
 */
export function proveWith(
  { clock, sleep }: Pick<IssuingServices, 'clock' | 'sleep'>,
  watches: readonly Watch[],
): NonNullable<IssuingServices['prove']> {
  return async ({ id, secret }, userArn) => {
    const sts = new STSClient({
      ...clientDefaults,
      maxAttempts: 1,
      credentials: { accessKeyId: id, secretAccessKey: secret },
    });
    for (const one of watches) one.watch(sts);
    const until = clock().getTime() + PROVING_TIME_MS;
    try {
      for (;;) {
        const found = await whoIs(sts);
        if (found === userArn) return;
        if (clock().getTime() + PAUSE_MS >= until)
          throw new KeyNotProvenError(`STS did not answer to ${id} as ${userArn} within ${PROVING_TIME_MS / 1_000} s: ${found}`);
        await sleep(PAUSE_MS);
      }
    } finally {
      sts.destroy();
    }
  };
}

/** Whom STS takes the key's holder for, or why it does not answer. */
async function whoIs(sts: STSClient): Promise<string> {
  try {
    return (await sts.send(new GetCallerIdentityCommand({}))).Arn ?? 'nobody';
  } catch (cause) {
    const { error, message } = errorFacts(cause);
    return `${error}: ${message}`;
  }
}
