import { awsPrincipals, unknownPrincipal } from '../../authorize/principals';
import { ServiceError } from '../../kernel/service-error';
import type { PolicyDocument, Statement, World } from '../../kernel/world';

const limits = { policyBytes: 20_480 };
const list = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** Passes a policy that Secrets Manager would attach; throws MalformedPolicyDocumentException or PublicPolicyException. */
export function refuseInvalidPolicy(text: string, blockPublic: boolean, world: World): void {
  if (Buffer.byteLength(text) > limits.policyBytes) {
    throw new ServiceError(
      'MalformedPolicyDocumentException',
      `The policy exceeds ${limits.policyBytes} bytes: ${Buffer.byteLength(text)}.`,
    );
  }
  const document = parse(text);
  const statements = list(document.Statement);
  for (const statement of statements) {
    if (statement.Principal === undefined && statement.NotPrincipal === undefined) {
      throw new ServiceError('MalformedPolicyDocumentException', 'This resource policy has a statement without a principal.');
    }
  }
  const unknown = unknownPrincipal(document, world);
  if (unknown !== undefined) {
    throw new ServiceError('MalformedPolicyDocumentException', `This resource policy contains an unsupported principal: ${unknown}`);
  }
  if (blockPublic && statements.some(isPublic)) {
    throw new ServiceError('PublicPolicyException', "You can't attach this resource policy because it allows broad access to the secret.");
  }
}

function parse(text: string): PolicyDocument {
  try {
    const document = JSON.parse(text) as PolicyDocument | null;
    if (document && typeof document === 'object' && 'Statement' in document) return document;
  } catch {
    // Reported below, like every other text that is not a policy.
  }
  throw new ServiceError('MalformedPolicyDocumentException', 'This resource policy is not a JSON policy document with statements.');
}

/** Condition keys that pin a statement to known callers. */
const pinning = /^aws:(Principal(OrgID|OrgPaths|Account|Arn)|Source(Account|Arn|OrgID|Vpc|Vpce|Ip)|userid)$/i;

function isPublic(statement: Statement): boolean {
  const everybody = statement.Principal === '*' || awsPrincipals(statement).includes('*');
  const pinned = Object.values(statement.Condition ?? {}).some((keys) => Object.keys(keys).some((key) => pinning.test(key)));
  return statement.Effect === 'Allow' && everybody && !pinned;
}
