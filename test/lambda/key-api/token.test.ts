import { createSign, type KeyObject } from 'node:crypto';
import * as fc from 'fast-check';
import { importSPKI } from 'jose';
import { issueToken, kidOf, verifyToken, type SignBytes } from '../../../lambda/key-api/token';
import { NOW } from '../../helpers/facts';
import { ISSUER, KID, pair, SIGNING_KEY } from '../../helpers/key-api';

const { privateKey, publicKey } = pair();
const signWith =
  (key: KeyObject): SignBytes =>
  (input) =>
    Promise.resolve(createSign('sha256').update(input).sign({ key, dsaEncoding: 'ieee-p1363' }, 'base64url'));
const find = async (kid: string) =>
  kid === KID ? importSPKI(publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'ES256') : undefined;
const issue = (client: string, now = NOW) =>
  issueToken(signWith(privateKey), { issuer: ISSUER, client, kid: KID, id: '11111111-2222-4333-8444-555555555555', now });
const verify = (token: string, now = NOW, issuer = ISSUER) => verifyToken(token, { issuer, find, now });
const after = (milliseconds: number): Date => new Date(NOW.getTime() + milliseconds);

it('a key is called by the last part of its ARN', () => {
  expect(kidOf(SIGNING_KEY)).toBe(KID);
});

it('what was issued is verified, as its client’s', async () => {
  expect(await verify(await issue('billing'))).toEqual({ client: 'billing', tokenId: '11111111-2222-4333-8444-555555555555' });
});

it.each([
  [-5_000, true],
  [-6_000, false],
  [0, true],
  [299_999, true],
  [300_000, false],
  [86_400_000, false],
])('%i ms after it was issued a token is good: %s', async (milliseconds, good) => {
  const verifying = verify(await issue('billing'), after(milliseconds));
  await (good ? expect(verifying).resolves.toBeDefined() : expect(verifying).rejects.toMatchObject({ name: 'TokenRefusedError' }));
});

it('is refused by an API of another name', async () => {
  await expect(verify(await issue('billing'), NOW, `${ISSUER}x`)).rejects.toMatchObject({ name: 'TokenRefusedError' });
});

it('no token is good after any one character of it was changed', async () => {
  const token = await issue('billing');
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
  await fc.assert(
    fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...Array.from(alphabet)), async (at, other) => {
      const forged = `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
      const decodesAlike = forged
        .split('.')
        .every((part, place) => Buffer.from(part, 'base64url').equals(Buffer.from(token.split('.')[place] ?? '', 'base64url')));
      fc.pre(forged !== token && !decodesAlike);
      await expect(verify(forged)).rejects.toMatchObject({ name: 'TokenRefusedError' });
    }),
    { numRuns: 300 },
  );
});

it('an error of whoever finds keys is no judgement about the token', async () => {
  const failing = verifyToken(await issue('billing'), { issuer: ISSUER, find: () => Promise.reject(new Error('KMS is away')), now: NOW });
  await expect(failing).rejects.toThrow('KMS is away');
});
