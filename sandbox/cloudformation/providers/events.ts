import { z } from 'zod';
import { matches, PatternError } from '../../services/events/pattern';
import { accountOf, arn, generatedName, provider, refuseTaken, type Provider } from '../provider';
import { accepted, tags } from '../shapes';

const pattern = z.record(z.string(), z.unknown()).superRefine((value, check) => {
  try {
    matches(value, {});
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    check.addIssue(error.message);
  }
});

/** AWS::Events::Rule on the default event bus, whose targets are Lambda functions that get the whole event. */
export const eventRule: Provider = provider(
  z.strictObject({
    Name: z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits or ._-')
      .exactOptional(),
    Description: accepted,
    EventPattern: pattern,
    State: z.enum(['ENABLED', 'DISABLED']).exactOptional(),
    Targets: z
      .array(
        z.strictObject({
          Arn: z.string().regex(/^arn:[\w-]+:lambda:/, 'must be the ARN of a Lambda function'),
          Id: z.string(),
          RetryPolicy: accepted,
        }),
      )
      .min(1)
      .max(5),
    Tags: tags.exactOptional(),
  }),
  {
    apply(target, { Name, EventPattern, State, Targets }, before) {
      const { eventRules } = accountOf(target);
      const name = Name ?? generatedName(target, 64);
      const key = `${target.region}/${name}`;
      refuseTaken(eventRules.has(key), before, name, `rule ${name}`);
      const ruleArn = arn(target, 'events', `rule/${name}`);
      const targets = Targets.map(({ Arn }) => Arn);
      eventRules.set(key, { name, arn: ruleArn, enabled: State !== 'DISABLED', pattern: EventPattern, targets });
      return { ref: name, attributes: { Arn: ruleArn } };
    },
    remove(target, before) {
      accountOf(target).eventRules.delete(`${target.region}/${before.ref}`);
    },
  },
);
