import { GetScheduleCommand, UpdateScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import { RotationError } from '../../lambda/shared/errors';

/** Enables or disables a schedule of the default group and leaves everything else of it as it was; true when that changed anything. */
export async function switchSchedule(scheduler: SchedulerClient, name: string, state: 'ENABLED' | 'DISABLED'): Promise<boolean> {
  const schedule = await scheduler.send(new GetScheduleCommand({ Name: name }));
  if (schedule.State === state) return false;
  const { ScheduleExpression, FlexibleTimeWindow, Target } = schedule;
  if (!ScheduleExpression || !FlexibleTimeWindow || !Target) throw new RotationError(`Scheduler did not describe the schedule ${name}`);
  // An update replaces the whole schedule: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
  const { GroupName, Description, ScheduleExpressionTimezone, StartDate, EndDate, KmsKeyArn, ActionAfterCompletion } = schedule;
  const kept = { GroupName, Description, ScheduleExpressionTimezone, StartDate, EndDate, KmsKeyArn, ActionAfterCompletion };
  await scheduler.send(new UpdateScheduleCommand({ ...kept, Name: name, ScheduleExpression, FlexibleTimeWindow, Target, State: state }));
  return true;
}
