import { z } from 'zod';
import { DeploymentError } from './errors';

const anything = z.record(z.string(), z.unknown());

const parameter = z.strictObject({
  Type: z.string(),
  Default: z.union([z.string(), z.number()]).optional(),
  Description: z.string().optional(),
  AllowedValues: z.array(z.string()).optional(),
  AllowedPattern: z.string().optional(),
  ConstraintDescription: z.string().optional(),
  MinLength: z.coerce.number().optional(),
  MaxLength: z.coerce.number().optional(),
  NoEcho: z.boolean().optional(),
});

const resource = z.strictObject({
  Type: z.string(),
  Properties: anything.optional(),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.string().optional(),
  DeletionPolicy: z.enum(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot']).optional(),
  UpdateReplacePolicy: z.enum(['Delete', 'Retain', 'Snapshot']).optional(),
  Metadata: anything.optional(),
});

const output = z.strictObject({
  Value: z.unknown(),
  Description: z.string().optional(),
  Condition: z.string().optional(),
  Export: anything.optional(),
});

const rule = z.strictObject({
  Assertions: z.array(z.strictObject({ Assert: z.unknown(), AssertDescription: z.string().optional() })),
});

const template = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09').optional(),
  Description: z.string().optional(),
  Metadata: anything.optional(),
  Parameters: z.record(z.string(), parameter).optional(),
  Rules: z.record(z.string(), rule).optional(),
  Mappings: z.record(z.string(), z.record(z.string(), anything)).optional(),
  Conditions: anything.optional(),
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), output).optional(),
});

/** A CloudFormation template of known shape; functions inside are not yet resolved. */
export type Template = z.output<typeof template>;
/** One resource of a template. */
export type TemplateResource = z.output<typeof resource>;

/** Checks a template's shape; throws one DeploymentError that names the stack and every mistake. */
export function parseTemplate(stack: string, body: unknown): Template {
  const parsed = template.safeParse(body);
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'template'}: ${issue.message}`);
  throw new DeploymentError(`stack ${stack}: the template is not understood: ${mistakes.join('; ')}`);
}

/** The values of a template's parameters: given ones, else defaults; throws a DeploymentError for a missing, unknown or disallowed one. */
export function parameterValues(
  stack: string,
  { Parameters = {} }: Template,
  given: Record<string, string>,
): Record<string, string | string[]> {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(Parameters, name));
  if (unknown.length > 0) throw new DeploymentError(`stack ${stack}: Parameters: [${unknown.join(', ')}] do not exist in the template`);
  return Object.fromEntries(
    Object.entries(Parameters).map(([name, declared]) => {
      const raw = given[name] ?? declared.Default;
      if (raw === undefined) throw new DeploymentError(`stack ${stack}: Parameters: [${name}] must have values`);
      const value = String(raw);
      const wrong = (limit: string): never => {
        throw new DeploymentError(`stack ${stack}: parameter ${name} = "${value}" must ${limit}`);
      };
      if (declared.AllowedValues && !declared.AllowedValues.includes(value)) wrong(`be one of ${declared.AllowedValues.join(', ')}`);
      if (declared.AllowedPattern !== undefined && !new RegExp(`^(?:${declared.AllowedPattern})$`).test(value)) {
        wrong(`match ${declared.AllowedPattern}`);
      }
      if (value.length < (declared.MinLength ?? 0)) wrong(`have at least ${String(declared.MinLength)} characters`);
      if (value.length > (declared.MaxLength ?? Infinity)) wrong(`have at most ${String(declared.MaxLength)} characters`);
      const isList = declared.Type === 'CommaDelimitedList' || declared.Type.startsWith('List<');
      return [name, isList ? value.split(',').map((item) => item.trim()) : value];
    }),
  );
}
