import { base64url, errors, jwtVerify, type CryptoKey, type JWTHeaderParameters } from 'jose';
import * as z from 'zod';
import { once } from '../shared/once';

/** Of every token. */
const TOKEN_SECONDS = 300;
/** A token is good from a little before it was made: the clocks of two functions are not one. */
const SKEW_SECONDS = 5;
/** The one algorithm there is, whatever a token says: https://www.rfc-editor.org/rfc/rfc8725#section-3.1 */
const ALGORITHM = 'ES256';
/** https://www.rfc-editor.org/rfc/rfc9068#section-2.1 */
const TYPE = 'at+jwt';
/** Longer than any token of ours; what is longer is not looked at. */
const MAX_TOKEN_CHARACTERS = 2_048;

const claims = once(() =>
  z.object({
    iss: z.string(),
    aud: z.string(),
    sub: z.string(),
    client_id: z.string(),
    jti: z.uuid(),
    iat: z.int(),
    nbf: z.int(),
    exp: z.int(),
  }),
);

/** The name by which tokens know a key: the last part of its ARN. */
export const kidOf = (keyArn: string): string => keyArn.slice(keyArn.lastIndexOf('/') + 1);

/** Gives back the signature of ES256, as JSON Web Signatures have it, in base64url. */
export type SignBytes = (input: string) => Promise<string>;
/** The public key of this name; undefined when it is none of ours. */
export type FindKey = (kid: string) => Promise<CryptoKey | undefined>;

/** What a new token says. */
export interface NewToken {
  issuer: string;
  client: string;
  kid: string;
  /** Unique to the token. */
  id: string;
  now: Date;
}

const encoded = (part: object): string => base64url.encode(JSON.stringify(part));

/** A token of a client for five minutes from now, as RFC 9068 has access tokens: https://www.rfc-editor.org/rfc/rfc9068 */
export async function issueToken(sign: SignBytes, { issuer, client, kid, id, now }: NewToken): Promise<string> {
  const iat = Math.floor(now.getTime() / 1_000);
  const header = { alg: ALGORITHM, kid, typ: TYPE };
  const said: z.input<ReturnType<typeof claims>> = {
    iss: issuer,
    aud: issuer,
    sub: client,
    client_id: client,
    jti: id,
    iat,
    nbf: iat - SKEW_SECONDS,
    exp: iat + TOKEN_SECONDS,
  };
  const input = `${encoded(header)}.${encoded(said)}`;
  return `${input}.${await sign(input)}`;
}

/** What a token that is good says. */
export interface Verified {
  client: string;
  tokenId: string;
}

/** Why a token is refused; no part of the token is in it. */
export class TokenRefusedError extends Error {
  override readonly name = 'TokenRefusedError';
}

/**
 * Whose the token is. Throws a TokenRefusedError unless one of our keys signed it by ES256 as an access token of this issuer for it, and it
 * is good now; any other error is no judgement about the token.
 */
export async function verifyToken(token: string, { issuer, find, now }: { issuer: string; find: FindKey; now: Date }): Promise<Verified> {
  if (token.length > MAX_TOKEN_CHARACTERS) throw new TokenRefusedError('the token is too long');
  const key = async ({ kid, crit, jku, jwk, x5u, x5c }: JWTHeaderParameters): Promise<CryptoKey> => {
    if ([crit, jku, jwk, x5u, x5c].some((given) => given !== undefined)) throw new TokenRefusedError('the token names a key itself');
    const found = kid === undefined ? undefined : await find(kid);
    if (!found) throw new TokenRefusedError('the token names none of our keys');
    return found;
  };
  const expected = { algorithms: [ALGORITHM], typ: TYPE, issuer, audience: issuer, currentDate: now };
  const { payload } = await jwtVerify(token, key, expected).catch((cause: unknown) => {
    if (cause instanceof errors.JOSEError) throw new TokenRefusedError(`${cause.code}: ${cause.message}`, { cause });
    throw cause;
  });
  const said = claims().safeParse(payload);
  if (!said.success) throw new TokenRefusedError('the token lacks a claim');
  const { sub, client_id: clientId, iat, exp, jti } = said.data;
  if (sub !== clientId) throw new TokenRefusedError('the token is of two clients');
  if (exp - iat > TOKEN_SECONDS) throw new TokenRefusedError('the token is good for too long');
  return { client: sub, tokenId: jti };
}
