import { parseArn } from '../kernel/arn';
import type { PolicyDocument, Statement, World } from '../kernel/world';

const list = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** The accounts, users and roles that a statement names, as it spells them. */
export function awsPrincipals({ Principal, NotPrincipal }: Statement): string[] {
  const element = Principal ?? NotPrincipal;
  return element === undefined || element === '*' ? [] : list(element['AWS']);
}

/** The first principal of a policy that does not exist: AWS resolves users and roles when a policy is stored, and refuses what it cannot. */
export function unknownPrincipal(document: PolicyDocument, world: World): string | undefined {
  return list(document.Statement)
    .flatMap(awsPrincipals)
    .find((principal) => !exists(principal, world));
}

function exists(principal: string, world: World): boolean {
  if (principal === '*' || world.accounts.has(principal)) return true;
  const arn = parseArn(principal);
  const account = world.accounts.get(arn?.account ?? '');
  const [type = '', ...path] = arn?.resource.split('/') ?? [];
  const name = path.at(-1) ?? '';
  return (
    account !== undefined &&
    (type === 'root' ||
      (type === 'user' && account.users.get(name)?.arn === principal) ||
      (type === 'role' && account.roles.get(name)?.arn === principal) ||
      type === 'assumed-role')
  );
}
