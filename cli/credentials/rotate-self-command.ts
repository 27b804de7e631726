import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { off } from '../base/options';
import { UsageError, working } from '../base/program';
import { lengthOf, parsePeriod } from '../../lambda/shared/period';

/** What `rotate --self` is asked for. */
export interface SelfAsked {
  self: boolean;
  /** The profile AWS_PROFILE, or the default one, when absent. */
  profile?: readonly string[];
  all: boolean;
  region?: string;
  olderThan?: number;
  deactivateAfter: number;
  deleteAfter: number;
  remove?: string;
}

/** Reads `90d`, `36h` or `10m`, in milliseconds. */
function milliseconds(text: string): number {
  const period = parsePeriod(text);
  if (period) return lengthOf(period);
  throw new Error(`"${text}" must be a number of days, hours or minutes, such as 90d, 36h or 10m`);
}

const time = { kind: 'parsed', parse: milliseconds, placeholder: 'time' } as const;
const text = { kind: 'parsed', parse: String, optional: true } as const;

/** The options of `rotate --self`. */
const selfOptions = {
  self: off('rotate your own key, without any service'),
  profile: {
    ...text,
    variadic: true,
    placeholder: 'name',
    brief: 'profile, any number of times (default: AWS_PROFILE, or default)',
  },
  all: off('every profile with a long-lived key'),
  region: { ...text, placeholder: 'name', brief: 'region of the calls (default: that of the profile, or AWS_REGION)' },
  olderThan: { ...time, optional: true, brief: 'only a key that is so old' },
  deactivateAfter: { ...time, default: '1d', brief: 'how long the old key stays active beside its successor' },
  deleteAfter: { ...time, default: '10d', brief: 'how long it is kept inactive' },
  remove: { ...text, placeholder: 'key', brief: 'a second key that an earlier start has offered to remove' },
} as const;

const DESCRIPTION = `Rotates your own key with its own rights, without any service: makes sure that the file can be written, makes a key, writes it, proves it, and deactivates and later deletes the old one. The last two are done by later starts, once the old key was not used for as long as --deactivate-after says, since programs that run still hold it; so run it every day, with --older-than. Interrupted anywhere, the next start goes on, and removes a key whose secret was lost.

A second key that is, or may be, a successor stored by the service is taken, never removed; another unused one is offered.

It needs iam:ListAccessKeys, GetAccessKeyLastUsed, CreateAccessKey, UpdateAccessKey and DeleteAccessKey for the user itself.

Exit code: 0 done, or the next step is not due yet, 1 something is left to a person, 2 it could not be done.

EXAMPLES
  iam-keys rotate --self                                              the key of AWS_PROFILE, now
  iam-keys rotate --self --all --older-than 90d                       every day, by cron
  iam-keys rotate --self --profile web --deactivate-after 0d          no program holds the old key`;

/** The command `rotate --self`. */
export const selfCommand = (work: (asked: SelfAsked) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand({
    docs: {
      brief: 'rotates your own key, with --self',
      fullDescription: DESCRIPTION,
      customUsage: ['--self [--profile <name>…|--all] [--older-than <time>]'],
    },
    parameters: { flags: selfOptions },
    func: working('nothing was rotated', async (asked: SelfAsked) => {
      if (!asked.self) throw new UsageError('rotate needs --self');
      if (asked.all && asked.profile?.length) throw new UsageError('--all and --profile exclude each other');
      if (asked.remove !== undefined && (asked.all || (asked.profile?.length ?? 1) > 1))
        throw new UsageError('--remove is for one --profile');
      return work(asked);
    }),
  });
