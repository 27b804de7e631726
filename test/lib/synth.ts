import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CentralStack } from '../../lib/stacks/central-stack';
import { memberOf, type MemberProps } from '../../lib/stacks/member-stack';
import { memberTemplate } from '../../lib/stacks/member-template';
import { readSettings } from '../../lib/settings/read';

/** One resource of a synthesized template. */
export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

/** One statement of a policy document as the template holds it. */
export interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  Principal?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

interface CdkJson {
  context: Record<string, unknown>;
}

const cdkJson = JSON.parse(readFileSync(join(__dirname, '..', '..', 'cdk.json'), 'utf8')) as CdkJson;
/** The feature flags of cdk.json. */
export const featureFlags = Object.fromEntries(Object.entries(cdkJson.context).filter(([key]) => key.startsWith('@')));

/** An app with the feature flags of cdk.json, which bundles no Lambda code and writes nothing down but templates. */
export function appOf(settings: Record<string, unknown>): App {
  const context = { ...featureFlags, 'aws:cdk:bundling-stacks': [], rotation: settings };
  return new App({ analyticsReporting: false, treeMetadata: false, stackTraces: false, context });
}

/** The central stack under these settings. */
export const centralStack = (app: App): CentralStack =>
  new CentralStack(app, 'IamKeyRotation', { settings: readSettings(app.node.getAllContext() as Record<string, unknown>) });

/** What was synthesized in this test file, which nobody changes: a synthesis takes long, and equal settings give equal templates. */
const synthesized = new Map<string, Template>();
function synthesizedOnce(kind: 'central' | 'member', given: object, synthesize: () => Template): Template {
  const key = `${kind} ${JSON.stringify(given)}`;
  const template = synthesized.get(key) ?? synthesize();
  synthesized.set(key, template);
  return template;
}

/** The settings with a sender, without which there is no deployment. */
const withSender = (settings: Record<string, unknown>): Record<string, unknown> => ({ sender: 'key-rotation@acme.test', ...settings });

/** The central stack's template under these settings; `stack` is one with just these settings, if there is one. */
export const centralTemplate = (settings: Record<string, unknown> = {}, stack?: CentralStack): Template =>
  synthesizedOnce('central', settings, () => Template.fromStack(stack ?? centralStack(appOf(withSender(settings)))));

/** What member accounts get under these settings. */
export const memberProps = (settings: Record<string, unknown> = {}): MemberProps =>
  memberOf(readSettings({ rotation: withSender(settings) }));

/** The template of the member accounts under these settings. */
export const synthesizedMember = (settings: Record<string, unknown> = {}): Template => {
  const props = memberProps(settings);
  return synthesizedOnce('member', props, () => Template.fromJSON(memberTemplate(props, featureFlags)));
};

/** All resources of a type, by logical id. */
export function resourcesOf(template: Template, type: string): Record<string, Resource> {
  return template.findResources(type) as unknown as Record<string, Resource>;
}

/** The one resource of a type whose logical id begins so. */
export function resource(template: Template, type: string, logicalIdPrefix: string): Resource {
  const [found, ...others] = Object.entries(resourcesOf(template, type)).filter(([id]) => id.startsWith(logicalIdPrefix));
  if (!found || others.length > 0) throw new Error(`${others.length + (found ? 1 : 0)} ${type} begin with ${logicalIdPrefix}, expected 1`);
  return found[1];
}

interface RoleProperties {
  AssumeRolePolicyDocument: { Statement: Statement[] };
  Policies?: { PolicyDocument: { Statement: Statement[] } }[];
}

const roleProperties = (role: Resource): RoleProperties => role.Properties as unknown as RoleProperties;

/** The statements of a role's inline policies. */
export const permissionsOf = (role: Resource): Statement[] =>
  (roleProperties(role).Policies ?? []).flatMap((policy) => policy.PolicyDocument.Statement);

/** The statements of a role's trust policy. */
export const trustOf = (role: Resource): Statement[] => roleProperties(role).AssumeRolePolicyDocument.Statement;

/** Actions on a list of the account's own, which has no ARN, though that of an SES tenant has one: they take no narrower resource here. */
export const IN_THE_ACCOUNT: ReadonlySet<string> = new Set(['ses:GetSuppressedDestination']);

/** A statement's actions. */
export const actionsOf = (statement: Statement): string[] => [statement.Action].flat();

/** An ARN with its intrinsic functions written as `<Name>`. */
export function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, argument] = ['', '']] = Object.entries(value as Record<string, unknown>);
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(flat).join('');
  if (name === 'Fn::GetAtt') return `<${(argument as string[]).join('.').replace(/[0-9A-F]{8}(?=\.)/, '')}>`;
  return `<${(argument as string).replace(/[0-9A-F]{8}$/, '').replace('AWS::', '')}>`;
}
