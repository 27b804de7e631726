import { KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { signedText } from '../../../lambda/chain/entry';
import { signWith } from '../../../lambda/chain/sign';

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-1234-5678-9abc-def012345678';
const kms = mockClient(KMSClient);
beforeEach(() => {
  kms.reset();
});

it('has KMS sign the hash of the line, in the region of the key', async () => {
  kms.on(SignCommand).resolves({ Signature: new Uint8Array([1, 2, 3]) });
  expect(await signWith(KEY)('the line')).toEqual({ algorithm: 'ECDSA_SHA_256', key: KEY, signature: 'AQID' });
  const [call] = kms.commandCalls(SignCommand);
  expect(call!.args[0].input).toEqual({
    ...{ KeyId: KEY, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' },
    Message: Buffer.from(signedText('the line')),
  });
  expect(await (call!.thisValue as KMSClient).config.region()).toBe('eu-central-1');
});

it.each([[{}], [{ Signature: new Uint8Array() }]])('takes no answer without a signature for one: %j', async (answer) => {
  kms.on(SignCommand).resolves(answer);
  await expect(signWith(KEY)('the line')).rejects.toThrow(`KMS answered Sign by ${KEY} without a signature, so no evidence was written`);
});
