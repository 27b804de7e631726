import type * as sdk from '@aws-sdk/client-scheduler';
import { ServiceError } from '../../service-error';
import { handlersOf, type Call, type SdkShapes } from '../service';

/** EventBridge Scheduler: what a schedule looks like. */
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
        Target: { Arn: target.arn, RoleArn: target.role, Input: target.input },
      };
    },
  },
});

const scheduleArn = (path: string, { account, region, world }: Call): string =>
  `arn:${world.partition}:scheduler:${region}:${account.id}:schedule/${path}`;
