import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { exportJWK } from 'jose';
import { publicKeys } from '../../../lambda/key-api/public-keys';
import { callsOf, namesOf } from '../../helpers/aws';
import { KID, kmsPublicKey, pair, SIGNING_KEY } from '../../helpers/key-api';

const kms = mockClient(KMSClient);
const { publicKey } = pair();
const find = () => publicKeys(new KMSClient({ region: 'eu-west-1' }), [SIGNING_KEY]);

beforeEach(() => {
  kms.reset();
  kms.on(GetPublicKeyCommand).resolves({ PublicKey: kmsPublicKey(publicKey) });
});

it('gives the key as KMS has it, asked for once', async () => {
  const finding = find();
  const found = (await finding(KID))!;
  const { x, y } = await exportJWK(found);
  expect({ x, y }).toEqual(
    expect.objectContaining(
      (({ x, y }) => ({ x, y }))(createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({ format: 'jwk' })),
    ),
  );
  expect(await finding(KID)).toBe(found);
  expect(callsOf(kms).map(({ input }) => input)).toEqual([{ KeyId: SIGNING_KEY }]);
});

it.each(['', 'another', `key/${KID}`, SIGNING_KEY, 'constructor'])('asks nobody about a key that is called %j', async (kid) => {
  expect(await find()(kid)).toBeUndefined();
  expect(namesOf(kms)).toEqual([]);
});

it('keeps nothing that is no key', async () => {
  const finding = find();
  kms
    .on(GetPublicKeyCommand)
    .resolvesOnce({})
    .resolves({ PublicKey: kmsPublicKey(publicKey) });
  await expect(finding(KID)).rejects.toThrow('without a key');
  expect(await finding(KID)).toBeDefined();
});
