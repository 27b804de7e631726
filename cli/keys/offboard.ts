import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { accessOptions, changeOptions, off, outputOption, type Access, type Change, type Output } from '../base/options';
import { working } from '../base/program';
import { userArgument } from './values';

/** What `offboard` is asked for. */
export interface OffboardAsked extends Access, Change {
  user: string;
  undo: boolean;
  output: Output;
}

const DESCRIPTION = `Deactivates all keys of somebody who leaves, at once, and deletes none. Shows what breaks by their last use, and asks. What it deactivated is noted on the user (tag key-rotation:offboarded), so that --undo activates just that again.

It sees to access keys alone: the console password, SSH keys, sessions that run and roles that the person may take are for others. Where the rotation is deployed, it deletes inactive keys once their recovery time is over; undo in time.

It needs sts:GetCallerIdentity, iam:GetUser, ListAccessKeys, GetAccessKeyLastUsed, ListUserTags, TagUser, UpdateAccessKey and, for --undo, UntagUser.

Exit code: 0 every key is as asked for, 1 some could not be changed, 2 nothing was changed.

EXAMPLES
  iam-keys offboard alice --dry-run   what would break
  iam-keys offboard alice
  iam-keys offboard alice --undo`;

/** The command `offboard`. */
export const offboardCommand = (work: (asked: OffboardAsked) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand<Omit<OffboardAsked, 'user'>, [user: string]>({
    docs: { brief: 'deactivates all keys of somebody who leaves', fullDescription: DESCRIPTION },
    parameters: {
      flags: { undo: off('activate again what was deactivated'), ...accessOptions, output: outputOption, ...changeOptions },
      positional: userArgument,
    },
    func: working('nothing was changed', async (flags: Omit<OffboardAsked, 'user'>, user: string) => work({ ...flags, user })),
  });
