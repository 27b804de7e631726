import type { ExitCode } from '../base/exit-codes';
import { off } from '../base/options';
import { UsageError } from '../base/program';
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
export function milliseconds(text: string): number {
  const period = parsePeriod(text);
  if (period) return lengthOf(period);
  throw new Error(`"${text}" must be a number of days, hours or minutes, such as 90d, 36h or 10m`);
}

const time = { kind: 'parsed', parse: milliseconds, placeholder: 'time' } as const;
const text = { kind: 'parsed', parse: String, optional: true } as const;

/** The options of `rotate --self`. */
export const selfOptions = {
  self: off('rotate your own key, without any service'),
  profile: {
    ...text,
    variadic: true,
    placeholder: 'name',
    brief: 'with --self: profile, any number of times (default: AWS_PROFILE, or default)',
  },
  all: off('with --self: every profile with a long-lived key'),
  region: { ...text, placeholder: 'name', brief: 'region of the calls (default: that of the profile, or AWS_REGION)' },
  olderThan: { ...time, optional: true, brief: 'with --self: only a key that is so old' },
  deactivateAfter: { ...time, default: '1d', brief: 'with --self: how long the old key stays active beside its successor' },
  deleteAfter: { ...time, default: '10d', brief: 'with --self: how long it is kept inactive' },
  remove: { ...text, placeholder: 'key', brief: 'with --self: a second key that an earlier start has offered to remove' },
} as const;

/** The part of `rotate`'s help that is about `--self`. */
export const SELF_DESCRIPTION = `--self rotates your own key with its own rights, without any service: it makes sure that the file can be written, makes a key, writes it, proves it, and deactivates and later deletes the old one. The last two are done by later starts, once the old key was not used for as long as --deactivate-after says, since programs that run still hold it; so run it every day. Interrupted anywhere, the next start goes on, and removes a key whose secret was lost. A second key that is, or may be, a successor stored by the service is taken, never removed; another unused one is offered.

--self needs iam:ListAccessKeys, GetAccessKeyLastUsed, CreateAccessKey, UpdateAccessKey and DeleteAccessKey for the user itself.`;

/** Refuses options that exclude each other. */
export function checkSelf<T extends SelfAsked>(asked: T, work: (asked: T) => Promise<ExitCode>): Promise<ExitCode> {
  if (asked.all && asked.profile?.length) throw new UsageError('--all and --profile exclude each other');
  if (asked.remove !== undefined && (asked.all || (asked.profile?.length ?? 1) > 1)) throw new UsageError('--remove is for one --profile');
  return work(asked);
}
