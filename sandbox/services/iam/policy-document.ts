import { ServiceError } from '../../kernel/service-error';
import type { PolicyDocument } from '../../kernel/world';

/** A policy as a request brings it; throws MalformedPolicyDocument when it is none. */
export function parseDocument(text: string): PolicyDocument {
  try {
    const document = JSON.parse(text) as PolicyDocument | null;
    if (document && typeof document === 'object' && 'Statement' in document) return document;
  } catch {
    // Reported below, like every other text that is not a policy.
  }
  throw new ServiceError('MalformedPolicyDocumentException', 'Syntax errors in policy.');
}
