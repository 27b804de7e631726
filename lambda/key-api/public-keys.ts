import { GetPublicKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { importSPKI, type CryptoKey } from 'jose';
import { RotationError } from '../shared/errors';
import { kidOf, type FindKey } from './token';

/** The public parts of these keys, fetched when a token first names one and kept: a key's public part never changes. */
export function publicKeys(kms: KMSClient, keyArns: readonly string[]): FindKey {
  const known = new Map<string, CryptoKey>();
  return async (kid) => {
    const keyArn = keyArns.find((arn) => kidOf(arn) === kid);
    if (keyArn === undefined) return undefined;
    const before = known.get(kid);
    if (before) return before;
    const { PublicKey: der } = await kms.send(new GetPublicKeyCommand({ KeyId: keyArn }));
    if (!der || der.length === 0) throw new RotationError(`KMS answered GetPublicKey of ${keyArn} without a key`);
    const body = Buffer.from(der).toString('base64');
    const key = await importSPKI(`-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----`, 'ES256');
    known.set(kid, key);
    return key;
  };
}
