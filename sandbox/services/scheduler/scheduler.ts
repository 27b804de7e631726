import type * as sdk from '@aws-sdk/client-scheduler';
import { ServiceError } from '../../kernel/service-error';
import { handlersOf, type Call, type SdkShapes } from '../service';

/** EventBridge Scheduler: what a schedule looks like, and changing it. */
export const scheduler = handlersOf<SdkShapes<typeof sdk>>({
  GetSchedule: {
    reads: true,
    checks: ({ Name, GroupName = 'default' }, call) => [
      { action: 'scheduler:GetSchedule', resource: scheduleArn(`${GroupName}/${Name}`, call) },
    ],
    handle({ Name, GroupName = 'default' }, { account, region }) {
      const schedule = account.schedules.get(`${region}/${GroupName}/${Name}`);
      if (!schedule) throw new ServiceError('ResourceNotFoundException', `Schedule ${Name} does not exist.`, 404);
      const { arn, name, group, expression, timezone, state, target, created } = schedule;
      return {
        Arn: arn,
        Name: name,
        GroupName: group,
        ScheduleExpression: expression,
        ScheduleExpressionTimezone: timezone,
        State: state,
        CreationDate: created,
        FlexibleTimeWindow: { Mode: 'OFF' as const },
        Target: { Arn: target.arn, RoleArn: target.role, Input: target.input, RetryPolicy: { MaximumRetryAttempts: target.maxRetries } },
      };
    },
  },
  UpdateSchedule: {
    checks: ({ Name, GroupName = 'default', Target }, call) => [
      { action: 'scheduler:UpdateSchedule', resource: scheduleArn(`${GroupName}/${Name}`, call) },
      { action: 'iam:PassRole', resource: Target.RoleArn ?? '*', context: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    ],
    handle(
      { Name, GroupName = 'default', ScheduleExpression, ScheduleExpressionTimezone = 'UTC', State = 'ENABLED', Target },
      { account, region },
    ) {
      const schedule = account.schedules.get(`${region}/${GroupName}/${Name}`);
      if (!schedule) throw new ServiceError('ResourceNotFoundException', `Schedule ${Name} does not exist.`, 404);
      if (Target.Arn === undefined || Target.RoleArn === undefined)
        throw new ServiceError('ValidationException', 'The target needs Arn and RoleArn.', 400);
      if (ScheduleExpressionTimezone !== 'UTC') throw new ServiceError('NotImplemented', 'only UTC is emulated', 501);
      // Everything is replaced: what is not given falls back to its default.
      schedule.expression = ScheduleExpression;
      schedule.state = State === 'DISABLED' ? 'DISABLED' : 'ENABLED';
      schedule.target = {
        arn: Target.Arn,
        role: Target.RoleArn,
        ...(Target.Input !== undefined && { input: Target.Input }),
        ...(Target.DeadLetterConfig?.Arn !== undefined && { deadLetter: Target.DeadLetterConfig.Arn }),
        maxRetries: Target.RetryPolicy?.MaximumRetryAttempts ?? 185,
      };
      return { ScheduleArn: schedule.arn };
    },
  },
});

const scheduleArn = (path: string, { account, region, world }: Call): string =>
  `arn:${world.partition}:scheduler:${region}:${account.id}:schedule/${path}`;
