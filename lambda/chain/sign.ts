import { KMSClient, SignCommand, type KMSClientConfig } from '@aws-sdk/client-kms';
import { clientDefaults } from '../shared/clients';
import { RotationError } from '../shared/errors';
import { signedText, type Signature } from './entry';

/** Signs the line of an entry. */
export type Sign = (line: string) => Promise<Signature>;

/** Signs with a KMS key of the type ECC_NIST_P256, in whichever region it is; throws when KMS does not sign. */
export function signWith(key: string, configuration: KMSClientConfig = clientDefaults): Sign {
  const [, , , region = ''] = key.split(':');
  const kms = new KMSClient({ ...configuration, region });
  return async (line) => {
    const algorithm = 'ECDSA_SHA_256';
    const how = { MessageType: 'RAW', SigningAlgorithm: algorithm } as const;
    const { Signature: made } = await kms.send(new SignCommand({ KeyId: key, Message: Buffer.from(signedText(line)), ...how }));
    if (!made || made.length === 0) throw new RotationError(`KMS answered Sign by ${key} without a signature, so no evidence was written`);
    return { algorithm, key, signature: Buffer.from(made).toString('base64') };
  };
}
