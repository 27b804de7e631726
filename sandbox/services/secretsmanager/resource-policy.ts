import { parseArn } from '../../kernel/arn';
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
  const statements = list(parse(text).Statement);
  for (const statement of statements) {
    if (statement.Principal === undefined && statement.NotPrincipal === undefined) {
      throw new ServiceError('MalformedPolicyDocumentException', 'This resource policy has a statement without a principal.');
    }
    for (const principal of awsPrincipals(statement)) refuseUnknown(principal, world);
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

function awsPrincipals({ Principal, NotPrincipal }: Statement): string[] {
  const element = Principal ?? NotPrincipal;
  return element === undefined || element === '*' ? [] : list(element['AWS']);
}

/** AWS resolves users and roles when the policy is attached, so that they must exist. */
function refuseUnknown(principal: string, world: World): void {
  if (principal === '*' || world.accounts.has(principal)) return;
  const arn = parseArn(principal);
  const account = world.accounts.get(arn?.account ?? '');
  const [type = '', ...path] = arn?.resource.split('/') ?? [];
  const name = path.at(-1) ?? '';
  const exists =
    account !== undefined &&
    (type === 'root' ||
      (type === 'user' && account.users.get(name)?.arn === principal) ||
      (type === 'role' && account.roles.get(name)?.arn === principal) ||
      type === 'assumed-role');
  if (!exists)
    throw new ServiceError('MalformedPolicyDocumentException', `This resource policy contains an unsupported principal: ${principal}`);
}

/** Condition keys that pin a statement to known callers. */
const pinning = /^aws:(Principal(OrgID|OrgPaths|Account|Arn)|Source(Account|Arn|OrgID|Vpc|Vpce|Ip)|userid)$/i;

function isPublic(statement: Statement): boolean {
  const everybody = statement.Principal === '*' || awsPrincipals(statement).includes('*');
  const pinned = Object.values(statement.Condition ?? {}).some((keys) => Object.keys(keys).some((key) => pinning.test(key)));
  return statement.Effect === 'Allow' && everybody && !pinned;
}
