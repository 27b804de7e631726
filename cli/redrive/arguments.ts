import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { off, stackOption } from '../base/options';
import { working } from '../base/program';

/** What the command line asks for. */
export interface RedriveArguments {
  /** The accounts of the last run that failed or never answered, instead of the queue of failed events. */
  lastRun: boolean;
  /** Only show what would be done. */
  list: boolean;
  stack: string;
}

const DESCRIPTION = `Runs again what failed for good, after its cause was repaired: every event in the queue of failed events, or, with --last-run, accounts of the last run. An event that is taken up leaves the queue.

Accounts are dispatched by the orchestrator, as one new run that is reported like any other. A dry run stays a dry run. It uses your credentials and region (AWS_PROFILE, AWS_REGION, ...) in the account that the rotation is deployed in, which must allow cloudformation:DescribeStacks and ListStackResources, lambda:InvokeFunction, sqs:ReceiveMessage and DeleteMessage, or, with --last-run, s3:ListBucket and GetObject.

Exit code: 0 all is dispatched or there was nothing, 1 something was left, 2 it could not be done.`;

/** The command `redrive`. */
export const redriveCommand = (work: (asked: RedriveArguments) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand({
    docs: {
      brief: 'runs again what failed for good',
      fullDescription: DESCRIPTION,
      customUsage: ['[--last-run] [--list] [--stack <name>]'],
    },
    parameters: {
      flags: {
        lastRun: off('the accounts of the last run that failed, were not dispatched or never answered'),
        list: off('show what would be run again, and why it failed; change nothing'),
        stack: stackOption,
      },
    },
    func: working('nothing was run again', work),
  });
