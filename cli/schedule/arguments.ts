import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { placeOptions, stackOption, type Access } from '../base/options';
import { working } from '../base/program';

/** What the command line asks for. */
export interface ScheduleArguments extends Pick<Access, 'profile' | 'region'> {
  /** What the schedule shall be. */
  state: 'ENABLED' | 'DISABLED';
  stack: string;
}

const DESCRIPTION = `Pausing disables the schedule of the orchestrator, and nothing else: accounts that were dispatched are still done, repeats included, which can take 6 hours; runs are reported; a run can be started by hand. No key changes by pausing, and none is lost by it: keys that are disabled stay so, and after resuming every step comes at its time or with the next run. A deployment does not resume, unless it changes the schedule.

It uses your credentials and region (--profile, --region, AWS_PROFILE, AWS_REGION, ...) in the account that the rotation is deployed in, which must allow cloudformation:DescribeStacks and ListStackResources, scheduler:GetSchedule and UpdateSchedule, and iam:PassRole for the schedule's role.

Exit code: 0 the schedule is as asked for, 2 nothing was changed.

EXAMPLES
  iam-keys pause    before a change that nobody's key should come between
  iam-keys resume   after it`;

const COMMANDS = {
  pause: { state: 'DISABLED', brief: 'stops the rotation from starting by itself', says: 'Stops the rotation from starting by itself.' },
  resume: { state: 'ENABLED', brief: 'lets the rotation start by itself again', says: 'Lets the rotation start by itself again.' },
} as const;

/** The commands `pause` and `resume`. */
export const scheduleCommand = (
  command: keyof typeof COMMANDS,
  work: (asked: ScheduleArguments) => Promise<ExitCode>,
): Command<CommandContext> => {
  const { state, brief, says } = COMMANDS[command];
  return buildCommand({
    docs: { brief, fullDescription: `${says}\n\n${DESCRIPTION}`, customUsage: ['[--stack <name>] [--profile <name>] [--region <name>]'] },
    parameters: { flags: { stack: stackOption, ...placeOptions } },
    func: working('nothing was changed', async (asked: Omit<ScheduleArguments, 'state'>) => work({ ...asked, state })),
  });
};
