import { verify } from 'node:crypto';
import { KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { signWith } from '../../../lambda/key-api/signing';
import { awsError } from '../../helpers/aws';
import { kmsSignature, pair, SIGNING_KEY } from '../../helpers/key-api';

const kms = mockClient(KMSClient);
const { privateKey, publicKey } = pair();
const sign = signWith(new KMSClient({ region: 'eu-west-1' }), SIGNING_KEY);

beforeEach(() => kms.reset());

it('gives signatures of 64 bytes, as tokens have them, whatever numbers KMS signs with', async () => {
  kms.on(SignCommand).callsFake(({ Message }: { Message: Uint8Array }) => ({ Signature: kmsSignature(privateKey, Message) }));
  // DER is shorter or longer with leading zeros and high bits; among so many there is every kind.
  for (let count = 0; count < 100; count += 1) {
    const input = `header.payload-${count}`;
    const raw = Buffer.from(await sign(input), 'base64url');
    expect(raw).toHaveLength(64);
    expect(verify('sha256', Buffer.from(input), { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
  }
});

it.each([
  ['no signature', {}],
  ['an empty signature', { Signature: new Uint8Array() }],
])('makes no token of %s', async (_, answer) => {
  kms.on(SignCommand).resolves(answer);
  await expect(sign('a.b')).rejects.toThrow('without a signature');
});

it('hands the error of KMS on', async () => {
  kms.on(SignCommand).rejects(awsError('DisabledException', 400));
  await expect(sign('a.b')).rejects.toThrow('DisabledException');
});
