import * as z from 'zod';

/** The JSON Schema of what another program gets, for people's validators and code generators; it admits fields of later versions. */
export function jsonSchemaOf(schema: z.ZodType): object {
  return z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    // The format says it; the expression behind it is for machines without formats and fills pages.
    override({ jsonSchema }) {
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
}
