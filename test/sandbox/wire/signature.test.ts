import { createHash, createHmac } from 'node:crypto';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { unchunk } from '../../../sandbox/wire/chunked';
import type { WireRequest } from '../../../sandbox/wire/message';
import { thrown } from '../harness';
import { parseAuthorization, verifySignature, type Authorization } from '../../../sandbox/wire/signature';

const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'top/secret' };
const now = new Date('2026-03-01T12:00:00Z');

interface Parts {
  service?: string;
  method?: string;
  path?: string;
  query?: Record<string, string | string[]>;
  headers?: Record<string, string>;
  body?: string;
  at?: Date;
}

/** A request as the SDK's own signer signs it. */
async function signed({
  service = 'iam',
  method = 'POST',
  path = '/',
  query = {},
  headers = {},
  body = '',
  at = now,
}: Parts): Promise<WireRequest> {
  const signer = new SignatureV4({
    service,
    region: 'eu-west-1',
    credentials,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3',
  });
  const request = new HttpRequest({
    method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    port: 1,
    path,
    query,
    headers: { host: '127.0.0.1:1', ...headers },
    body,
  });
  const made = await signer.sign(request, { signingDate: at });
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    [value].flat().map((one) => `${encodeURIComponent(key)}=${encodeURIComponent(one)}`),
  );
  return {
    method,
    path: pairs.length > 0 ? `${path}?${pairs.join('&')}` : path,
    headers: Object.fromEntries(Object.entries(made.headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(body),
  };
}
const authorizationOf = (request: WireRequest): Authorization => parseAuthorization(request.headers['authorization'])!;
const accepted = 'nothing was thrown';
const verdict = (request: WireRequest, secret = credentials.secretAccessKey, clock = now): string =>
  thrown(() => {
    verifySignature(request, authorizationOf(request), secret, clock);
  });

describe('signatures', () => {
  it.each<[string, Parts]>([
    ['a query request', { body: 'Action=ListUsers&Version=2010-05-08' }],
    [
      'an encoded path, which is encoded again',
      { service: 'lambda', path: '/2015-03-31/functions/arn%3Aaws%3Alambda/invocations', body: '{}' },
    ],
    ['an S3 path, which is not', { service: 's3', method: 'PUT', path: '/bucket/a%20b/1%2B%C3%A9.json', body: 'x' }],
    [
      'a query string in any order',
      { service: 's3', method: 'GET', path: '/b', query: { prefix: "a/b c*'", 'list-type': '2', a: ['2', '1'] } },
    ],
    ['header values with repeated spaces', { headers: { 'x-amz-meta-a': '  two   spaces ' } }],
    [
      'an unsigned payload',
      { service: 's3', method: 'PUT', path: '/b/k', headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, body: 'x' },
    ],
  ])('accepts %s as the SDK signs it', async (_, parts) => {
    expect(verdict(await signed(parts))).toBe(accepted);
  });

  it('refuses another secret', async () => {
    expect(verdict(await signed({ body: 'a' }), 'other')).toBe('SignatureDoesNotMatch');
  });

  it.each<[string, Partial<WireRequest>]>([
    ['body', { body: Buffer.from('b') }],
    ['method', { method: 'GET' }],
    ['path', { path: '/other' }],
    ['query', { path: '/?a=1' }],
  ])('refuses a changed %s', async (_, change) => {
    expect(verdict({ ...(await signed({ body: 'a' })), ...change })).toBe('SignatureDoesNotMatch');
  });

  it('refuses a changed signed header', async () => {
    const request = await signed({ headers: { 'x-amz-target': 'a' } });
    expect(verdict({ ...request, headers: { ...request.headers, 'x-amz-target': 'b' } })).toBe('SignatureDoesNotMatch');
  });

  it('refuses a body that is not the declared one', async () => {
    const request = await signed({ service: 's3', method: 'PUT', path: '/b/k', body: 'a' });
    expect(verdict({ ...request, body: Buffer.from('b') })).toBe('XAmzContentSHA256Mismatch');
  });

  it('accepts five minutes of difference and refuses more', async () => {
    const request = await signed({});
    const after = (ms: number): Date => new Date(now.getTime() + 5 * 60_000 + ms);
    expect(verdict(request, credentials.secretAccessKey, after(0))).toBe(accepted);
    expect(verdict(request, credentials.secretAccessKey, after(1000))).toBe('RequestTimeTooSkewed');
  });

  it('accepts a tool that lives in real time while the sandbox lives elsewhere', async () => {
    const request = await signed({ at: new Date() });
    expect(verdict(request, credentials.secretAccessKey, new Date('2031-01-01T00:00:00Z'))).toBe(accepted);
  });

  it.each([undefined, '', 'Basic abc', 'AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=0'])(
    'reads no authorization in %p',
    (header) => {
      expect(parseAuthorization(header)).toBeUndefined();
    },
  );
});

describe('chunked bodies', () => {
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

  /** A body in signed chunks, made after AWS's description. */
  async function chunked(parts: string[]): Promise<WireRequest> {
    const mode = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
    const request = await signed({ service: 's3', method: 'PUT', path: '/b/k', headers: { 'x-amz-content-sha256': mode } });
    const { date, signature } = authorizationOf(request);
    const key = ['eu-west-1', 's3', 'aws4_request'].reduce<Buffer>(
      (derived, step) => hmac(derived, step),
      hmac(`AWS4${credentials.secretAccessKey}`, date),
    );
    let previous = signature;
    let body = '';
    for (const part of [...parts, '']) {
      const text = [
        'AWS4-HMAC-SHA256-PAYLOAD',
        request.headers['x-amz-date'],
        `${date}/eu-west-1/s3/aws4_request`,
        previous,
        sha(''),
        sha(part),
      ].join('\n');
      previous = hmac(key, text).toString('hex');
      body += `${part.length.toString(16)};chunk-signature=${previous}\r\n${part}\r\n`;
    }
    return { ...request, body: Buffer.from(body) };
  }
  const open = (request: WireRequest): string => unchunk(request, authorizationOf(request), credentials.secretAccessKey).toString();

  it('come out of their framing when every chunk is signed', async () => {
    const request = await chunked(['hello ', 'world']);
    expect(verdict(request)).toBe(accepted);
    expect(open(request)).toBe('hello world');
  });

  it('are refused when a chunk was changed', async () => {
    const request = await chunked(['hello ', 'world']);
    const body = Buffer.from(request.body.toString().replace('world', 'w0rld'));
    expect(() => open({ ...request, body })).toThrow(/the signature of the chunk at byte \d+ does not match/);
  });

  it('are refused when they end early', async () => {
    const request = await chunked(['hello ']);
    expect(() => open({ ...request, body: request.body.subarray(0, 88) })).toThrow(/exceeds the body/);
  });

  it('come out of unsigned framing with a trailer', async () => {
    const headers = { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' };
    const request = await signed({ service: 's3', method: 'PUT', path: '/b/k', headers });
    expect(open({ ...request, body: Buffer.from('3\r\nabc\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n') })).toBe('abc');
  });
});
