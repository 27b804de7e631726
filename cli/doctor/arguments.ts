import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { changeOptions, off, optionalStackOption, placeOptions, type Access, type Change } from '../base/options';
import { UsageError, working } from '../base/program';
import { accountId, listOf, nameAndValue } from '../base/values';

/** What the command line asks for. */
export interface DoctorArguments extends Pick<Access, 'profile' | 'region'>, Change {
  /** Only these accounts; all when empty. */
  accounts: string[];
  /** Settings laid over those of cdk.json, as for `cdk deploy`. */
  context: Record<string, string>;
  /** Absent when nobody said how it is called. */
  stack?: string | undefined;
  beforeDeploy: boolean;
  json: boolean;
  /** Whether repairs are offered afterwards. */
  fix: boolean;
}

const DESCRIPTION = `Tells what is wrong with the key rotation, deployed or about to be, and what to do about it. It changes nothing by itself; with --fix it offers, one by one, to ask SES to verify the sender, to activate StackSets' trusted access to the organization, and to subscribe the alarm address (the setting alarmEmail). Each names its call, waits for a yes, and is followed by a second look.

It uses your credentials and region (--profile, --region, AWS_PROFILE, AWS_REGION, ...), in the account that the rotation is deployed in; when it is not there, it says where it looked, and who is known to be the account of the rotation. Accounts are looked into by the deployed functions, because only their role may enter: the orchestrator is invoked with {"check": true}, the rotator takes the member role in each account and tries every read of a rotation. The answers are in the results bucket below checks/.

Exit code: 0 all is fine, 1 there are problems, 2 something could not be checked, or --fix had nobody to ask. With --fix it is about how things are afterwards.

EXAMPLES
  iam-keys doctor                                              after each deployment, and whenever a mail is missing
  iam-keys doctor --accounts 222233334444                      after an account was repaired
  iam-keys doctor --before-deploy -c sender=keys@acme.test     before the first deployment
  iam-keys doctor --fix -c alarmEmail=security@acme.test       what can be repaired from here
  iam-keys doctor --json | jq '.accounts[] | select(.status == "problem")'`;

interface Flags extends Pick<Access, 'profile' | 'region'>, Change {
  accounts?: string[];
  context?: (readonly [string, string])[];
  stack?: string;
  beforeDeploy: boolean;
  json: boolean;
  fix: boolean;
}

/** The command `doctor`. */
export const doctorCommand = (work: (asked: DoctorArguments) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand<Flags>({
    docs: {
      brief: 'what is wrong with the key rotation, and what to do about it',
      fullDescription: DESCRIPTION,
      customUsage: [
        '[--accounts ids] [--stack name] [--profile name] [--region name] [--json]',
        '--before-deploy [-c name=value]... [--profile name] [--region name] [--json]',
        '--fix [--yes | --dry-run] ...',
      ],
    },
    parameters: {
      flags: {
        accounts: {
          kind: 'parsed',
          parse: listOf(accountId),
          placeholder: 'ids',
          optional: true,
          brief: 'look into these accounts only, comma-separated (default: all)',
        },
        beforeDeploy: off('look at what a first deployment needs'),
        context: {
          kind: 'parsed',
          parse: nameAndValue,
          placeholder: 'name=value',
          variadic: true,
          optional: true,
          brief: 'a setting, as you would give it to cdk deploy; may be repeated (default: those of cdk.json)',
        },
        stack: optionalStackOption,
        ...placeOptions,
        json: off('everything that was found, for programs'),
        fix: off('offer to repair what the doctor can repair; without a terminal it needs --yes'),
        ...changeOptions,
      },
      aliases: { c: 'context' },
    },
    func: working('could not check', async ({ accounts = [], context = [], ...asked }: Flags) => {
      if (asked.beforeDeploy && accounts.length > 0)
        throw new UsageError('--accounts and --before-deploy exclude each other: no account can be entered yet');
      if (!asked.fix && (asked.yes || asked.dryRun))
        throw new UsageError('--yes and --dry-run are for --fix: nothing is changed without it');
      return work({ ...asked, accounts, context: Object.fromEntries(context) });
    }),
  });
