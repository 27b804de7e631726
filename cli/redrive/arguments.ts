import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { off, placeOptions, stackOption, type Access } from '../base/options';
import { UsageError, working } from '../base/program';

/** What the command line asks for. */
export interface RedriveArguments extends Pick<Access, 'profile' | 'region'> {
  /** The accounts of the last run that failed or never answered, instead of the queue of failed events. */
  lastRun: boolean;
  /** Only show what would be done. */
  list: boolean;
  /** Take events out of the queue without running them. */
  discard: boolean;
  /** Only events or accounts that contain this text. */
  only?: string;
  stack: string;
}

const DESCRIPTION = `Runs again what failed for good, after its cause was repaired: every event in the queue of failed events, or, with --last-run, accounts of the last run. An event that is taken up leaves the queue.

Refusals leave it, too: an event that never was valid, an account that is not rotated, a user who cannot be force-rotated. A refused forced rotation is asked for once more, and is over when it is refused again. What was refused is said, with the reason.

Accounts are dispatched by the orchestrator, as one new run that is reported like any other. A dry run stays a dry run. It uses your credentials and region (--profile, --region, AWS_PROFILE, AWS_REGION, ...) in the account that the rotation is deployed in, which must allow cloudformation:DescribeStacks and ListStackResources, lambda:InvokeFunction, sqs:ReceiveMessage, ChangeMessageVisibility and DeleteMessage, or, with --last-run, s3:ListBucket and GetObject.

Exit code: 0 all is dispatched, or there was nothing, 1 something was refused or left, 2 it could not be done.

EXAMPLES
  iam-keys redrive --list                                 what waits, equal failures together
  iam-keys redrive --only 222233334444                    one account
  iam-keys redrive --list --only ForceRotateRefusedError  one kind of failure
  iam-keys redrive --discard --only 'no user "alcie"'     what nobody wants any more`;

/** The command `redrive`. */
export const redriveCommand = (work: (asked: RedriveArguments) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand({
    docs: {
      brief: 'runs again what failed for good',
      fullDescription: DESCRIPTION,
      customUsage: [
        '[--last-run] [--list] [--only <text>] [--stack <name>] [--profile <name>] [--region <name>]',
        '--discard --only <text> [--stack <name>] [--profile <name>] [--region <name>]',
      ],
    },
    parameters: {
      flags: {
        lastRun: off('the accounts of the last run that failed, were not dispatched or never answered'),
        list: off('show what would be run again, and why it failed; change nothing'),
        only: {
          kind: 'parsed',
          parse: String,
          placeholder: 'text',
          optional: true,
          brief: 'only what contains this text: an account, a user, the name of an error, part of its message',
        },
        discard: off('take events out of the queue without running them again; needs --only'),
        stack: stackOption,
        ...placeOptions,
      },
    },
    func: working('nothing was run again', async (asked: RedriveArguments) => {
      if (asked.only === '') throw new UsageError('--only needs a text that is not empty');
      if (asked.discard && asked.only === undefined) throw new UsageError('--discard needs --only, so that nothing is thrown away unseen');
      if (asked.discard && asked.list) throw new UsageError('--discard and --list exclude each other');
      if (asked.discard && asked.lastRun) throw new UsageError('--discard and --last-run exclude each other: a run is not a queue');
      return work(asked);
    }),
  });
