import { z } from 'zod';
import type { PolicyDocument } from '../kernel/world';

/** A string; numbers and booleans are taken as CloudFormation takes them. */
export const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
/** A whole number, also when written as a string. */
export const integer = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/, 'must be a whole number')
    .transform(Number),
]);
/** A boolean, also when written as a string. */
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]);
/** CloudFormation's list of tags. */
export const tags = z.array(z.strictObject({ Key: text, Value: text }));
/** A property that the sandbox accepts without emulating it. */
export const accepted = z.unknown().exactOptional();

const words = z.union([z.string(), z.array(z.string())]).exactOptional();
const principals = z.union([z.literal('*'), z.record(z.string(), z.union([z.string(), z.array(z.string())]))]).exactOptional();
const statement = z.strictObject({
  Sid: z.string().exactOptional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principals,
  NotPrincipal: principals,
  Action: words,
  NotAction: words,
  Resource: words,
  NotResource: words,
  Condition: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string()), z.boolean()]))).exactOptional(),
});

/** A policy document of known shape; whether its actions exist and its size is allowed is for `checkPolicy`. */
export const policyDocument = z
  .strictObject({
    Version: z.string().exactOptional(),
    Id: z.string().exactOptional(),
    Statement: z.union([statement, z.array(statement)]),
  })
  .transform((document) => document as PolicyDocument);
