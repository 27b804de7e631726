import { ServiceError } from '../kernel/service-error';
import type { WireRequest } from './message';
import { sha256, sign, type Authorization } from './signature';

/**
 * A body without its `aws-chunked` framing; verifies the chunks' signatures where the payload is signed:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function unchunk(request: WireRequest, authorization: Authorization, secret: string): Buffer {
  const mode = request.headers['x-amz-content-sha256'] ?? '';
  if (!mode.startsWith('STREAMING-')) return request.body;
  const signed = mode.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
  if (!signed && mode !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') {
    throw new ServiceError('NotImplemented', `x-amz-content-sha256 ${mode} is not emulated`, 501);
  }
  const timestamp = request.headers['x-amz-date'] ?? '';
  const chunks: Buffer[] = [];
  let previous = authorization.signature;
  const { body } = request;
  for (let at = 0; ;) {
    const lineEnd = body.indexOf('\r\n', at);
    const [, size, signature] =
      /^([0-9a-fA-F]+)(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(body.toString('latin1', at, Math.max(at, lineEnd))) ?? [];
    if (size === undefined) throw new ServiceError('IncompleteBody', `no chunk header at byte ${at} of the body`, 400);
    const start = lineEnd + 2;
    const end = start + parseInt(size, 16);
    if (end > body.length)
      throw new ServiceError(
        'IncompleteBody',
        `a chunk of ${size} (hex) bytes at byte ${start} exceeds the body of ${body.length} bytes`,
        400,
      );
    const data = body.subarray(start, end);
    if (signed) {
      const expected = sign(authorization, secret, 'AWS4-HMAC-SHA256-PAYLOAD', timestamp, `${previous}\n${sha256('')}\n${sha256(data)}`);
      if (expected !== signature)
        throw new ServiceError('SignatureDoesNotMatch', `the signature of the chunk at byte ${at} does not match`, 403);
      previous = expected;
    }
    if (data.length === 0) return Buffer.concat(chunks);
    chunks.push(data);
    at = end + 2;
  }
}
