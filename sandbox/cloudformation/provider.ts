import type { z } from 'zod';
import { uniqueId, uuid } from '../kernel/identifiers';
import type { Kernel } from '../kernel/kernel';
import type { AccountState, StackResource } from '../kernel/world';

/** Where a resource is made. */
export interface Target {
  kernel: Kernel;
  /** Where the sandbox's server listens: custom resources answer there. */
  url: string;
  account: string;
  region: string;
  partition: string;
  stack: string;
  stackId: string;
  logicalId: string;
  type: string;
  /** S3 object key → directory of the unpacked asset. */
  assets: ReadonlyMap<string, string>;
}

/** What a template can refer to once the resource is made. */
export interface Made {
  ref: string;
  attributes: Record<string, string>;
}

/** Makes one type of resource; errors say what AWS would refuse. */
export interface Provider {
  /** Called on every deployment, also when the properties are unchanged. */
  readonly always: boolean;
  /** Creates the resource, or updates the one of an earlier deployment; another `ref` than before means it was replaced. */
  apply(target: Target, properties: Record<string, unknown>, before?: StackResource): Promise<Made>;
  /** Deletes what an earlier deployment made. */
  remove(target: Target, before: StackResource): Promise<void>;
}

interface Methods<P> {
  always?: boolean;
  apply(target: Target, properties: P, before: StackResource | undefined): Made | Promise<Made>;
  remove(target: Target, before: StackResource): void | Promise<void>;
}

/** A provider whose properties are checked first: a property outside the schema is refused, never ignored. */
export function provider<S extends z.ZodType>(schema: S, methods: Methods<z.output<S>>): Provider {
  return {
    always: methods.always ?? false,
    async apply(target, properties, before) {
      const parsed = schema.safeParse(properties);
      if (!parsed.success) {
        throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.') || 'Properties'}: ${issue.message}`).join('; '));
      }
      return methods.apply(target, parsed.data, before);
    },
    async remove(target, before) {
      await methods.remove(target, before);
    },
  };
}

/** The state of the account that the target is in. */
export const accountOf = ({ kernel, account }: Target): AccountState => kernel.account(account);

/** An ARN in the target's partition, account and region. */
export const arn = ({ partition, region, account }: Target, service: string, resource: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

/** A UUID that depends on nothing but the parts. */
export const uuidOf = (...parts: string[]): string => uuid(parts.join('\n'));

/**
 * The name CloudFormation gives a resource without one: stack, logical id and twelve characters; the same deployment makes the same name.
 */
export function generatedName({ stack, stackId, logicalId }: Target, limit: number): string {
  const suffix = uniqueId('', `${stackId}/${logicalId}`).slice(0, 12);
  return `${`${stack}-${logicalId}`.slice(0, limit - suffix.length - 1)}-${suffix}`;
}

/** Refuses to make something under a name that the account already uses, as AWS does. */
export function refuseTaken(taken: boolean, before: StackResource | undefined, ref: string, what: string): void {
  if (taken && before?.ref !== ref) throw new Error(`${what} already exists`);
}
