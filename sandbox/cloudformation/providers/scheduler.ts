import { z } from 'zod';
import { parseExpression } from '../../scheduler/expression';
import type { Schedule } from '../../kernel/world';
import { accountOf, arn, generatedName, provider, refuseTaken, type Provider, type Target } from '../provider';
import { accepted, integer, tags, text } from '../shapes';

const scheduleName = z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits or ._-');
const expression = z.string().superRefine((value, check) => {
  try {
    parseExpression(value);
  } catch (error) {
    check.addIssue(error instanceof Error ? error.message : String(error));
  }
});

/** AWS::Scheduler::Schedule whose target is a Lambda function; only UTC and no flexible window. */
export const schedule: Provider = provider(
  z.strictObject({
    Name: scheduleName.exactOptional(),
    GroupName: scheduleName.exactOptional(),
    Description: accepted,
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: z.literal('UTC').exactOptional(),
    State: z.enum(['ENABLED', 'DISABLED']).exactOptional(),
    FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
    Target: z.strictObject({
      Arn: z.string().regex(/^arn:[\w-]+:lambda:/, 'must be the ARN of a Lambda function'),
      RoleArn: z.string(),
      Input: text.exactOptional(),
      DeadLetterConfig: z.strictObject({ Arn: z.string() }).exactOptional(),
      RetryPolicy: z.strictObject({ MaximumRetryAttempts: integer.exactOptional(), MaximumEventAgeInSeconds: accepted }).exactOptional(),
    }),
  }),
  {
    apply(target, properties, before) {
      const { schedules, roles } = accountOf(target);
      const name = properties.Name ?? generatedName(target, 64);
      const group = properties.GroupName ?? 'default';
      const key = `${target.region}/${group}/${name}`;
      refuseTaken(schedules.has(key), before, name, `schedule ${group}/${name}`);
      const { Target: to } = properties;
      if (![...roles.values()].some((role) => role.arn === to.RoleArn)) throw new Error(`the role ${to.RoleArn} does not exist`);
      checkTrust(target, to.RoleArn, group);
      const existing = schedules.get(key);
      const made: Schedule = {
        name,
        group,
        region: target.region,
        arn: arn(target, 'scheduler', `schedule/${group}/${name}`),
        expression: properties.ScheduleExpression,
        timezone: 'UTC',
        state: properties.State ?? 'ENABLED',
        target: {
          arn: to.Arn,
          role: to.RoleArn,
          ...(to.Input === undefined ? {} : { input: to.Input }),
          ...(to.DeadLetterConfig === undefined ? {} : { deadLetter: to.DeadLetterConfig.Arn }),
          maxRetries: to.RetryPolicy?.MaximumRetryAttempts ?? 185,
        },
        created: existing?.created ?? target.kernel.clock.now(),
        ...(existing?.lastFired ? { lastFired: existing.lastFired } : {}),
      };
      schedules.set(key, made);
      return { ref: name, attributes: { Arn: made.arn } };
    },
    remove(target, before) {
      const group = typeof before.properties['GroupName'] === 'string' ? before.properties['GroupName'] : 'default';
      accountOf(target).schedules.delete(`${target.region}/${group}/${before.ref}`);
    },
  },
);

/** Scheduler refuses a role that it cannot assume when the schedule is made, not when it fires. */
function checkTrust({ kernel, account, region, partition }: Target, role: string, group: string): void {
  const caller = { principal: kernel.servicePrincipal('scheduler.amazonaws.com', account), region };
  const groupArn = `arn:${partition}:scheduler:${region}:${account}:schedule-group/${group}`;
  try {
    kernel.assumeRole(caller, role, 'deployment', { 'aws:SourceAccount': account, 'aws:SourceArn': groupArn });
  } catch (cause) {
    throw new Error(`The execution role you provide must allow AWS EventBridge Scheduler to assume the role: ${role}`, { cause });
  }
}

/** AWS::Scheduler::ScheduleGroup; kept with the stack only. */
export const scheduleGroup: Provider = provider(z.strictObject({ Name: scheduleName.exactOptional(), Tags: tags.exactOptional() }), {
  apply(target: Target, { Name }) {
    const name = Name ?? generatedName(target, 64);
    return { ref: name, attributes: { Arn: arn(target, 'scheduler', `schedule-group/${name}`) } };
  },
  remove: () => undefined,
});
