import { SignCommand, type KMSClient } from '@aws-sdk/client-kms';
import { derToJose } from 'ecdsa-sig-formatter';
import { RotationError } from '../shared/errors';
import type { SignBytes } from './token';

/** Signs with a KMS key of the type ECC_NIST_P256, which nobody can take out of KMS; throws when KMS does not sign. */
export function signWith(kms: KMSClient, keyArn: string): SignBytes {
  return async (input) => {
    const how = { MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' } as const;
    const { Signature: made } = await kms.send(new SignCommand({ KeyId: keyArn, Message: Buffer.from(input), ...how }));
    if (!made || made.length === 0) throw new RotationError(`KMS answered Sign by ${keyArn} without a signature`);
    // KMS gives DER, and a token has the two numbers one after the other: https://www.rfc-editor.org/rfc/rfc7518#section-3.4
    return derToJose(Buffer.from(made), 'ES256');
  };
}
