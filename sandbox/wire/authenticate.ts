import type { Holder } from '../kernel/contracts';
import { ServiceError } from '../kernel/service-error';
import { unchunk } from './chunked';
import type { WireRequest } from './message';
import type { Protocol } from './schema';
import { verifySignature, type Authorization } from './signature';

/** How each protocol's services name what is wrong with credentials. */
const codes: Readonly<Record<Protocol, { unknown: string; expired: string; signature: string }>> = {
  query: { unknown: 'InvalidClientTokenId', expired: 'ExpiredToken', signature: 'SignatureDoesNotMatch' },
  json: { unknown: 'UnrecognizedClientException', expired: 'ExpiredTokenException', signature: 'InvalidSignatureException' },
  cbor: { unknown: 'UnrecognizedClientException', expired: 'ExpiredTokenException', signature: 'InvalidSignatureException' },
  restJson: { unknown: 'UnrecognizedClientException', expired: 'ExpiredTokenException', signature: 'InvalidSignatureException' },
  restXml: { unknown: 'InvalidAccessKeyId', expired: 'ExpiredToken', signature: 'SignatureDoesNotMatch' },
};

/** Passes a request that the holder of the key signed, with its body out of any chunk framing; throws ServiceError as the service would. */
export function authenticate(
  request: WireRequest,
  authorization: Authorization,
  holder: Holder | undefined,
  protocol: Protocol,
  now: Date,
): { holder: Holder; request: WireRequest } {
  const code = codes[protocol];
  // An inactive key, an unknown one and a session key without its token look the same from outside.
  if (!holder || holder.sessionToken !== request.headers['x-amz-security-token']) {
    throw new ServiceError(code.unknown, 'The security token included in the request is invalid.', 403);
  }
  if (holder.expiration && holder.expiration <= now) {
    throw new ServiceError(code.expired, 'The security token included in the request is expired', 403);
  }
  try {
    verifySignature(request, authorization, holder.secret, now);
    return { holder, request: { ...request, body: unchunk(request, authorization, holder.secret) } };
  } catch (error) {
    if (error instanceof ServiceError && error.name === 'SignatureDoesNotMatch')
      throw new ServiceError(code.signature, error.message, error.status);
    throw error;
  }
}
