import { CfnResource, type Stack } from 'aws-cdk-lib';
import { explanationOf, type Explanation, type Reason } from '../permissions/explanations';
import { flattenReference } from '../permissions/references';

/** One statement as the template holds it, references written as `<Name>`, with its reason. */
export interface Grant {
  sid: string;
  effect: 'Allow' | 'Deny';
  /** Who is allowed or denied; empty in a role's own policy. */
  principals: string[];
  actions: string[];
  resources: string[];
  conditions: string[];
  reason: Reason;
}

/** A resource with policies, and all that they say. */
export interface Holder {
  /** Logical id without the hash at its end. */
  name: string;
  type: string;
  purpose: string;
  /** Folder below `lambda/` whose code uses the policy. */
  entry: string | undefined;
  /** Who may assume the role; empty when the holder is not a role. */
  trust: { principals: string[]; conditions: string[] }[];
  grants: Grant[];
}

interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource?: unknown;
  Principal?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}
interface Document {
  Statement: Statement[];
}
interface Properties {
  AssumeRolePolicyDocument?: Document;
  Policies?: { PolicyDocument: Document }[];
  PolicyDocument?: Document;
  KeyPolicy?: Document;
  /** Of a REST API. */
  Policy?: Document;
}

const nameOf = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');
/** Of an ARN. */
const PARTS: Readonly<Record<string, string>> = { 3: 'region', 4: 'account', 5: 'key' };
/** A part of an ARN that only the deployment knows. */
const PICKED = /\{"Fn::Select":\[(\d),\{"Fn::Split":\[":",\{"(?:Ref|Fn::GetAtt)":\[?"(\w+?)(?:[0-9A-F]{8})?"(?:,"Arn"\])?\}\]\}\]\}/g;
const picked = (_: string, place: string, name: string): string => `<${PARTS[place] ?? place} of ${name}>`;
const flat = (value: unknown): string =>
  flattenReference(value)
    .replace(PICKED, picked)
    .replace(/<(?:AWS::)?(\w+?)(?:[0-9A-F]{8})?(?=[.>])/g, '<$1');
const list = (value: unknown): unknown[] => (value === undefined ? [] : [value].flat());
const flatList = (value: unknown): string[] => list(value).map(flat);

function principalsOf(principal: unknown): string[] {
  if (principal === undefined) return [];
  if (typeof principal === 'string') return [principal];
  return Object.values(principal as Record<string, unknown>).flatMap(flatList);
}

function conditionsOf({ Condition = {} }: Statement): string[] {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => `${operator} ${key}: ${flatList(values).join(' or ')}`),
  );
}

function grantOf(holder: string, statement: Statement, { statements }: Explanation): Grant {
  const { Sid: sid = '', Effect: effect, Action, Resource, Principal } = statement;
  const reason = statements[sid];
  const resources = flatList(Resource);
  if (!reason) throw new Error(`${holder}: nobody says why the statement ${sid === '' ? flatList(Action).join(', ') : sid} is there`);
  if (effect === 'Allow' && reason.wildcard === undefined && resources.some((resource) => /[*?]/.test(resource)))
    throw new Error(`${holder}: the statement ${sid} does not say why its resource cannot be named exactly`);
  const principals = principalsOf(Principal);
  return { sid, effect, principals, actions: flatList(Action), resources, conditions: conditionsOf(statement), reason };
}

function holderOf(resource: CfnResource, stack: Stack, properties: Properties): Holder[] {
  const { AssumeRolePolicyDocument: trust, Policies = [], PolicyDocument: own, KeyPolicy: onKey, Policy: onApi } = properties;
  const documents = [...Policies.map(({ PolicyDocument }) => PolicyDocument), ...[own, onKey, onApi].filter((one) => one !== undefined)];
  if (!trust && documents.length === 0) return [];
  const name = nameOf(String(stack.resolve(resource.logicalId)));
  const explanation = explanationOf(resource);
  if (!explanation) throw new Error(`${name}: nobody says what this policy is for`);
  return [
    {
      name,
      type: resource.cfnResourceType,
      purpose: explanation.purpose,
      entry: explanation.entry,
      trust: (trust?.Statement ?? []).map((one) => ({ principals: principalsOf(one.Principal), conditions: conditionsOf(one) })),
      grants: documents.flatMap(({ Statement }) => Statement).map((statement) => grantOf(name, statement, explanation)),
    },
  ];
}

/** The part of a synthesized template that holds policies. */
export interface TemplateOfPolicies {
  Resources: Readonly<Record<string, { Properties?: Properties }>>;
}

/** Every policy of the stack's template; throws when a statement, or a wildcard in what it allows, has no reason. */
export function holdersOf(stack: Stack, template: TemplateOfPolicies): Holder[] {
  return stack.node
    .findAll()
    .filter(CfnResource.isCfnResource)
    .flatMap((resource) => {
      const inTemplate = template.Resources[String(stack.resolve(resource.logicalId))];
      return holderOf(resource, stack, inTemplate?.Properties ?? {});
    });
}
