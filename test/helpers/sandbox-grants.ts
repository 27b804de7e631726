import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { like } from '../../sandbox/authorize/patterns';
import type { CallRecord, PolicyDocument, Statement, World } from '../../sandbox/kernel/world';
import { assemblyOf } from './sandbox-assemblies';

/** One action that one statement of one synthesized role allows. */
export interface Grant {
  /** `central` for the app's own stack, `member` for what the StackSet deploys. */
  template: 'central' | 'member';
  /** The role's logical id. */
  role: string;
  sid: string;
  action: string;
}

/** A role as it was deployed. */
export interface DeployedRole {
  account: string;
  name: string;
}

interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}
interface RoleProperties {
  Policies?: { PolicyDocument: PolicyDocument }[];
}

const list = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

function grantsIn(template: Template, kind: Grant['template']): Grant[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
    .flatMap(([role, { Properties }]) =>
      ((Properties as RoleProperties).Policies ?? [])
        .flatMap(({ PolicyDocument }) => list(PolicyDocument.Statement))
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(({ Sid = '', Action }) => list(Action).map((action) => ({ template: kind, role, sid: Sid, action }))),
    );
}

/** Every action that the synthesized templates grant to any role, the StackSet's template included. */
export function grantsOfAssembly(): Grant[] {
  const central = JSON.parse(readFileSync(join(assemblyOf('enforcing'), 'IamKeyRotation.template.json'), 'utf8')) as Template;
  const [stackSet] = Object.values(central.Resources).filter(({ Type }) => Type === 'AWS::CloudFormation::StackSet');
  const member = JSON.parse(String(stackSet?.Properties['TemplateBody'])) as Template;
  return [...grantsIn(central, 'central'), ...grantsIn(member, 'member')];
}

/** The deployed role of a grant, in this member account for what the StackSet deployed. */
export function deployedRole(world: World, { template, role }: Pick<Grant, 'template' | 'role'>, member: string): DeployedRole {
  const account = template === 'central' ? world.managementAccount : member;
  const found = [...world.stacks.values()].find(
    (stack) => stack.account === account && stack.resources.get(role)?.type === 'AWS::IAM::Role',
  );
  if (!found) throw new Error(`no stack of account ${account} has made the role ${role}`);
  return { account, name: found.resources.get(role)?.ref ?? '' };
}

/** The statements of a deployed role, resources resolved. */
export function statementsOf(world: World, { account, name }: DeployedRole): Statement[] {
  return [...(world.accounts.get(account)?.roles.get(name)?.inlinePolicies.values() ?? [])].flatMap(({ Statement }) => list(Statement));
}

/** Whether a role made the call. */
export const madeBy = ({ principal }: CallRecord, { account, name }: DeployedRole): boolean =>
  principal.startsWith(`arn:aws:sts::${account}:assumed-role/${name}/`);

/** Whether a call was authorized by this statement's leave to do this action. */
export function uses(call: CallRecord, role: DeployedRole, statement: Statement, action: string): boolean {
  return (
    madeBy(call, role) &&
    call.authorized.some(
      (one) => one.allowed && one.action === action && list(statement.Resource).some((pattern) => like(pattern, one.resource)),
    )
  );
}
