import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { Period } from '../../lambda/shared/period';
import type { ExitCode } from '../base/exit-codes';
import { accessOptions, off, optionalStackOption, outputOption, type Access, type Output } from '../base/options';
import { UsageError, working } from '../base/program';
import { ageOption, assertWhere, settingOption, settingsFrom, type GivenSettings } from './options';

/** What `audit` is asked for. */
export interface AuditAsked extends Access {
  organization: boolean;
  olderThan?: Period;
  unusedFor?: Period;
  stack?: string;
  given: GivenSettings;
  output: Output;
}

const DESCRIPTION = `Lists every user of an account, or of all accounts of the organization, with each key's age, status, last use and owner, and what the rotation does next and when. It changes nothing.

What comes next is decided by the rotator's own plan, with the settings, the memory and the secrets of the rotation that is deployed where your credentials are; without one, with the settings that you give (-c) and defaults.

--organization shows what the runs of the deployed rotation have recorded of every key, with the day of each account's record, and asks no account: for some thousand accounts in one go. What is due is judged by the day that the run named for the next step. With --role it enters each account and reads it as it is now.

With --older-than or --unused-for it lists the active keys that are beyond a limit and no others. Exempt users are listed, and never due.

It needs iam:ListUsers, iam:ListAccessKeys, iam:GetAccessKeyLastUsed, iam:ListUserTags, iam:GetGroup and, of users with two keys, secretsmanager:DescribeSecret and secretsmanager:ListSecretVersionIds; for the settings, cloudformation:DescribeStacks, cloudformation:ListStackResources, lambda:GetFunctionConfiguration, and s3:GetObject on the results bucket; with --organization s3:ListBucket on the results bucket, or, with --role, organizations:ListAccounts and sts:AssumeRole.

Exit code: 0 nothing is due, 1 something could not be read, 2 it could not be done, 3 something is due or beyond a limit.

EXAMPLES
  iam-keys audit                                          this account
  iam-keys audit --organization                           all accounts, by the last runs
  iam-keys audit --organization --role Audit              all accounts as they are now, each entered through its role Audit
  iam-keys audit --older-than 90d --output csv > due.csv  for a spreadsheet
  iam-keys audit --unused-for 45d || echo look            in CI: 3 when there is such a key
  iam-keys audit -c rotate=75d -c disable=85d -c delete=95d`;

interface Flags extends Omit<AuditAsked, 'given'> {
  setting?: (readonly [string, string])[];
}

/** The command `audit`. */
export const auditCommand = (work: (asked: AuditAsked) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand<Flags>({
    docs: { brief: 'every user: keys, owner, what is due and what comes next', fullDescription: DESCRIPTION },
    parameters: {
      flags: {
        organization: off('all accounts: as the last runs recorded them, or as they are now, each entered through --role'),
        olderThan: { ...ageOption, brief: 'only active keys of this age or more, such as 90d' },
        unusedFor: { ...ageOption, brief: 'only active keys that were not used for so long, such as 45d' },
        ...accessOptions,
        stack: optionalStackOption,
        setting: settingOption,
        output: outputOption,
      },
      aliases: { c: 'setting' },
    },
    func: working('could not audit', async ({ setting, ...asked }: Flags) => {
      const { organization, role, account } = asked;
      if (!organization || role !== undefined || account !== undefined) assertWhere(asked);
      else if (setting !== undefined)
        throw new UsageError('-c counts with other settings than the results were made with: give --role, too');
      return work({ ...asked, given: settingsFrom(setting) });
    }),
  });
