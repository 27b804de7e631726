import { isDeepStrictEqual } from 'node:util';
import type { Kernel } from '../kernel/kernel';
import type { StackResource, StackState } from '../kernel/world';
import { DeploymentError, messageOf } from './errors';
import { Resolver, type Scope } from './intrinsics';
import { creationOrder } from './order';
import { uuidOf, type Provider, type Target } from './provider';
import { providerOf } from './providers';
import { parameterValues, parseTemplate, type Template, type TemplateResource } from './template';

/** One step of a deployment, as it happens. */
export interface DeploymentEvent {
  account: string;
  region: string;
  stack: string;
  logicalId: string;
  type: string;
  status: 'created' | 'updated' | 'unchanged' | 'deleted' | 'retained' | 'failed';
  /** Why it failed. */
  reason?: string;
}

/** Where stacks go and what they are made with. */
export interface DeploymentContext {
  kernel: Kernel;
  /** Of the sandbox's server. */
  url: string;
  account: string;
  region: string;
  /** S3 object key → directory of the unpacked asset. */
  assets: ReadonlyMap<string, string>;
  onProgress?: ((event: DeploymentEvent) => void) | undefined;
}

/** What one stack is made of. */
export interface StackInput {
  name: string;
  template: unknown;
  parameters: Record<string, string>;
}

/** The key of a stack in `World.stacks`. */
export const stackKey = (account: string, region: string, name: string): string => `${account}/${region}/${name}`;

class StackDeployment {
  private readonly resources = new Map<string, StackResource>();
  private readonly superseded: [string, StackResource][] = [];
  private readonly stackId: string;
  private readonly before: StackState | undefined;
  private readonly scope: Scope;

  constructor(
    private readonly context: DeploymentContext,
    private readonly name: string,
    private readonly template: Template,
    private readonly parameters: Record<string, string>,
  ) {
    const { account, region, kernel } = context;
    this.stackId = `arn:${kernel.world.partition}:cloudformation:${region}:${account}:stack/${name}/${uuidOf(account, region, name)}`;
    this.before = kernel.world.stacks.get(stackKey(account, region, name));
    this.scope = {
      stack: name,
      values: {
        ...parameterValues(name, template, parameters),
        'AWS::AccountId': account,
        'AWS::Region': region,
        'AWS::Partition': kernel.world.partition,
        'AWS::URLSuffix': kernel.world.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
        'AWS::StackName': name,
        'AWS::StackId': this.stackId,
      },
      mappings: template.Mappings ?? {},
      conditions: template.Conditions ?? {},
      made: this.resources,
    };
  }

  async run(): Promise<StackState> {
    this.checkRules();
    const active = this.activeResources();
    for (const id of creationOrder(this.name, active)) {
      const resource = active[id];
      if (resource) await this.make(id, resource);
    }
    const state: StackState = {
      name: this.name,
      account: this.context.account,
      region: this.context.region,
      outputs: this.outputs(),
      ...(this.template.Metadata !== undefined && { metadata: this.template.Metadata }),
      created: this.before?.created ?? this.context.kernel.clock.now(),
      ...(Object.keys(this.parameters).length > 0 && { parameters: this.parameters }),
      resources: this.resources,
    };
    for (const [id, resource] of this.superseded.reverse()) await this.clear(id, resource);
    for (const [id, resource] of [...(this.before?.resources ?? [])].reverse()) {
      if (!this.resources.has(id)) await this.clear(id, resource);
    }
    this.context.kernel.world.stacks.set(stackKey(state.account, state.region, state.name), state);
    return state;
  }

  async makeAgain({ resources }: StackState): Promise<void> {
    for (const [id, resource] of resources) {
      const made = await this.attempt(id, resource.type, () =>
        this.maker(resource.type).apply(this.target(id, resource.type), resource.properties, resource),
      );
      resources.set(id, { ...resource, ...made });
      this.tell(id, resource.type, 'updated');
    }
  }

  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html */
  private checkRules(): void {
    for (const [id, { Assertions }] of Object.entries(this.template.Rules ?? {})) {
      for (const { Assert, AssertDescription = '' } of Assertions) {
        if (!new Resolver(this.scope, `rule ${id}`).asserts(Assert))
          throw new DeploymentError(`stack ${this.name}: rule ${id} is broken: ${AssertDescription}`);
      }
    }
  }

  /** The resources whose condition holds; every type and DependsOn is checked before anything is changed. */
  private activeResources(): Record<string, TemplateResource> {
    const all = this.template.Resources;
    for (const [id, { Type, DependsOn = [] }] of Object.entries(all)) {
      if (!providerOf(Type)) throw new DeploymentError(`stack ${this.name}, ${id}: the sandbox has no resource type ${Type}`);
      const missing = (typeof DependsOn === 'string' ? [DependsOn] : DependsOn).find((other) => !Object.hasOwn(all, other));
      if (missing !== undefined)
        throw new DeploymentError(`stack ${this.name}, ${id}: DependsOn names ${missing}, which is not in the template`);
    }
    const holds = (id: string, condition: string | undefined) =>
      condition === undefined || new Resolver(this.scope, id).condition(condition);
    return Object.fromEntries(Object.entries(all).filter(([id, { Condition }]) => holds(id, Condition)));
  }

  private async make(id: string, resource: TemplateResource): Promise<void> {
    const { Type, Properties = {}, DeletionPolicy, UpdateReplacePolicy } = resource;
    const properties = new Resolver(this.scope, id).resolve(Properties) as Record<string, unknown>;
    const earlier = this.before?.resources.get(id);
    const before = earlier?.type === Type ? earlier : undefined;
    const retain = DeletionPolicy === 'Retain' || DeletionPolicy === 'RetainExceptOnCreate';
    const unchanged = before !== undefined && isDeepStrictEqual(before.properties, properties);
    const maker = this.maker(Type);
    if (unchanged && !maker.always) {
      this.resources.set(id, { ...before, retain });
      this.tell(id, Type, 'unchanged');
      return;
    }
    const made = await this.attempt(id, Type, () => maker.apply(this.target(id, Type), properties, before));
    this.resources.set(id, { type: Type, ...made, properties, retain });
    this.tell(id, Type, before === undefined ? 'created' : unchanged ? 'unchanged' : 'updated');
    const replaced = earlier !== undefined && (before === undefined || before.ref !== made.ref);
    if (replaced) this.superseded.push([id, { ...earlier, retain: UpdateReplacePolicy === 'Retain' }]);
  }

  private async clear(id: string, resource: StackResource): Promise<void> {
    if (resource.retain) {
      this.tell(id, resource.type, 'retained');
      return;
    }
    await this.attempt(id, resource.type, () => this.maker(resource.type).remove(this.target(id, resource.type), resource));
    this.tell(id, resource.type, 'deleted');
  }

  private outputs(): Record<string, string> {
    const resolved: Record<string, string> = {};
    for (const [id, { Value, Condition }] of Object.entries(this.template.Outputs ?? {})) {
      const resolver = new Resolver(this.scope, `output ${id}`);
      if (Condition !== undefined && !resolver.condition(Condition)) continue;
      const value = resolver.resolve(Value);
      if (typeof value !== 'string' && typeof value !== 'number')
        throw new DeploymentError(`stack ${this.name}, output ${id}: must be a string`);
      resolved[id] = String(value);
    }
    return resolved;
  }

  private maker(type: string): Provider {
    const found = providerOf(type);
    if (!found) throw new DeploymentError(`stack ${this.name}: the sandbox has no resource type ${type}`);
    return found;
  }

  private target(logicalId: string, type: string): Target {
    const { kernel, url, account, region, assets } = this.context;
    return {
      kernel,
      url,
      account,
      region,
      partition: kernel.world.partition,
      stack: this.name,
      stackId: this.stackId,
      logicalId,
      type,
      assets,
    };
  }

  private async attempt<T>(id: string, type: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      this.tell(id, type, 'failed', messageOf(cause));
      throw new DeploymentError(`stack ${this.name} in account ${this.context.account}, ${id} (${type}): ${messageOf(cause)}`, { cause });
    }
  }

  private tell(logicalId: string, type: string, status: DeploymentEvent['status'], reason?: string): void {
    const { account, region, onProgress } = this.context;
    onProgress?.({ account, region, stack: this.name, logicalId, type, status, ...(reason === undefined ? {} : { reason }) });
  }
}

/** Creates or updates a stack; throws a DeploymentError and may leave resources behind, so callers restore the world they had before. */
export async function deployStack(context: DeploymentContext, { name, template, parameters }: StackInput): Promise<StackState> {
  return new StackDeployment(context, name, parseTemplate(name, template), parameters).run();
}

/**
 * Makes every resource of a stack again as it was deployed, whatever people did to it since; throws a DeploymentError and may leave some
 * undone, so callers restore the world they had before.
 */
export async function revertDrift(context: DeploymentContext, name: string): Promise<void> {
  const stack = context.kernel.world.stacks.get(stackKey(context.account, context.region, name));
  if (!stack) throw new DeploymentError(`there is no stack ${name} in account ${context.account}`);
  await new StackDeployment(context, name, { Resources: {} }, {}).makeAgain(stack);
}

/** Deletes a stack and its resources, retained ones excepted; one that does not exist is no error. */
export async function deleteStack(context: DeploymentContext, name: string): Promise<void> {
  const key = stackKey(context.account, context.region, name);
  if (!context.kernel.world.stacks.has(key)) return;
  await deployStack(context, { name, template: { Resources: {} }, parameters: {} });
  context.kernel.world.stacks.delete(key);
}
