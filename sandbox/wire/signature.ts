import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { ServiceError } from '../kernel/service-error';
import type { WireRequest } from './message';

/** What an Authorization header says: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
export interface Authorization {
  accessKeyId: string;
  /** `YYYYMMDD`. */
  date: string;
  region: string;
  /** The service's signing name. */
  service: string;
  signedHeaders: string[];
  signature: string;
}

/** The most that a request's time may differ: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const maxSkewMs = 5 * 60_000;
const maxCachedKeys = 5_000;
const signingKeys = new Map<string, Buffer>();
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const scopeOf = (authorization: Authorization): string =>
  `${authorization.date}/${authorization.region}/${authorization.service}/aws4_request`;

/** SHA-256 in hexadecimal, as signatures use it. */
export const sha256 = (data: string | Uint8Array): string => hash('sha256', data);

/** Reads an Authorization header; undefined when there is none that SigV4 knows. */
export function parseAuthorization(header: string | undefined): Authorization | undefined {
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
      header ?? '',
    );
  if (!found) return undefined;
  const [, accessKeyId = '', date = '', region = '', service = '', signed = '', signature = ''] = found;
  return { accessKeyId, date, region, service, signedHeaders: signed.split(';'), signature };
}

/** An HMAC signature of a string to sign, in hexadecimal; the derived key is cached. */
export function sign(authorization: Authorization, secret: string, algorithm: string, timestamp: string, rest: string): string {
  const text = `${algorithm}\n${timestamp}\n${scopeOf(authorization)}\n${rest}`;
  return createHmac('sha256', signingKey(authorization, secret)).update(text).digest('hex');
}

/**
 * Passes when the request was signed with the secret, body included; throws RequestTimeTooSkewed, XAmzContentSHA256Mismatch or
 * SignatureDoesNotMatch.
 */
export function verifySignature(request: WireRequest, authorization: Authorization, secret: string, now: Date): void {
  const timestamp = request.headers['x-amz-date'] ?? '';
  if (!signingClock(request, now)) {
    throw new ServiceError(
      'RequestTimeTooSkewed',
      `The difference between the request time (${timestamp}) and the current time (${now.toISOString()}) is too large: more than 5 minutes.`,
      403,
    );
  }
  const payload = payloadHash(request);
  const canonical = [
    request.method,
    canonicalPath(request.path, authorization.service),
    canonicalQuery(request.path),
    ...authorization.signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}`),
    '',
    authorization.signedHeaders.join(';'),
    payload,
  ].join('\n');
  const expected = sign(authorization, secret, 'AWS4-HMAC-SHA256', timestamp, sha256(canonical));
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(authorization.signature))) {
    throw new ServiceError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      403,
    );
  }
}

/**
 * The clock that a request was signed by: the sandbox's, or real time in which tools on the host live; undefined when it is not fresh by
 * either.
 */
export function signingClock({ headers }: Pick<WireRequest, 'headers'>, now: Date): Date | undefined {
  const signed = momentOf(headers['x-amz-date'] ?? '');
  return [now, new Date()].find((clock) => Math.abs(clock.getTime() - signed) <= maxSkewMs);
}

let lastRead = { text: '', moment: Number.NaN };

/** Requests come many in a second, and each is asked for its moment twice. */
function momentOf(text: string): number {
  if (text !== lastRead.text) {
    lastRead = { text, moment: Date.parse(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z')) };
  }
  return lastRead.moment;
}

function payloadHash({ headers, body }: WireRequest): string {
  const declared = headers['x-amz-content-sha256'];
  if (declared === undefined) return sha256(body);
  if (declared === 'UNSIGNED-PAYLOAD' || declared.startsWith('STREAMING-') || declared === sha256(body)) return declared;
  throw new ServiceError('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.", 400);
}

function signingKey(authorization: Authorization, secret: string): Buffer {
  const { date, region, service } = authorization;
  const id = `${secret}/${scopeOf(authorization)}`;
  const known = signingKeys.get(id);
  if (known) return known;
  if (signingKeys.size >= maxCachedKeys) signingKeys.clear();
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), 'aws4_request');
  signingKeys.set(id, key);
  return key;
}

/** RFC 3986: everything but letters, digits and `-_.~`. */
const escapeUri = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** Every service but S3 signs the path encoded once more. */
function canonicalPath(target: string, service: string): string {
  const [path = '/'] = target.split('?');
  return service === 's3' ? path : path.split('/').map(escapeUri).join('/');
}

function canonicalQuery(target: string): string {
  const at = target.indexOf('?');
  if (at < 0 || at === target.length - 1) return '';
  const parameters = target
    .slice(at + 1)
    .split('&')
    .map((part) => {
      const [key = '', ...value] = part.split('=');
      return [key, value.join('=')].map((text) => escapeUri(decodeURIComponent(text)));
    });
  return parameters
    .sort(([a = '', x = ''], [b = '', y = '']) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map((parameter) => parameter.join('='))
    .join('&');
}
