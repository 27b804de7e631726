import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { accessOptions, off, optionalStackOption, OUTPUTS, type Access } from '../base/options';
import { UsageError, working } from '../base/program';
import { wholeNumber } from '../base/values';
import { assertWhere, settingOption, settingsFrom, type GivenSettings } from './options';

/** In which forms a forecast is given. */
const FORMS = [...OUTPUTS, 'ics'] as const;
/** One of these forms. */
type Form = (typeof FORMS)[number];

/** What `forecast` is asked for. */
export interface ForecastAsked extends Access {
  /** A credential report, or a folder of them; AWS is asked when absent. */
  report?: string;
  organization: boolean;
  stack?: string;
  given: GivenSettings;
  days: number;
  /** Now when absent. */
  from?: Date;
  output: Form;
}

const MAX_DAYS = 1_000;

const DESCRIPTION = `Says what the rotation will do, run by run, in the next 120 days: every key that is rotated, disabled or deleted, and everything that people are told. It changes nothing. Every day is played on the users as they are, by the same plan that the rotator carries out.

With --report it needs no credentials and asks nobody: give the file of aws iam get-credential-report, or a folder with one for each account. Without, it reads the account, or all accounts with --organization, as iam-keys audit does, with the settings of the rotation that is deployed. -c lays settings over them; how else could 75 days be compared with 90 before anything is deployed.

Exit code: 0 done, 1 something could not be read, 2 it could not be done.

EXAMPLES
  iam-keys forecast --report credential-report.csv         before anything is deployed
  iam-keys forecast --report reports/ -c profile=compliant all accounts, at 75, 85 and 95 days
  iam-keys forecast --output ics > rotation.ics            for a calendar
  iam-keys forecast --days 30 --output csv
  aws iam get-credential-report --query Content --output text | base64 -d > credential-report.csv`;

interface Flags extends Omit<ForecastAsked, 'given'> {
  setting?: (readonly [string, string])[];
}

function moment(text: string): Date {
  const at = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(at.getTime())) throw new Error(`"${text}" must be a date such as 2027-01-31, or a moment such as 2027-01-31T08:00:00Z`);
  return at;
}

/** The command `forecast`. */
export const forecastCommand = (work: (asked: ForecastAsked) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand<Flags>({
    docs: { brief: 'what the rotation will do in the next days', fullDescription: DESCRIPTION },
    parameters: {
      flags: {
        report: {
          kind: 'parsed',
          parse: String,
          placeholder: 'path',
          optional: true,
          brief: 'a credential report, or a folder of them; then nothing is asked of AWS',
        },
        organization: off('all accounts of the organization, each entered through --role'),
        days: {
          kind: 'parsed',
          parse: wholeNumber(1, MAX_DAYS),
          placeholder: 'number',
          default: '120',
          brief: `how many days are looked at, up to ${MAX_DAYS}`,
        },
        from: { kind: 'parsed', parse: moment, placeholder: 'date', optional: true, brief: 'where they begin (default: now)' },
        ...accessOptions,
        stack: optionalStackOption,
        setting: settingOption,
        output: { kind: 'enum', values: FORMS, default: 'table', brief: 'for people, for programs, or for a calendar' },
      },
      aliases: { c: 'setting' },
    },
    func: working('could not forecast', async ({ setting, ...asked }: Flags) => {
      const { report, organization, stack, profile, region, account, role } = asked;
      if (report !== undefined && (organization || [stack, profile, region, account, role].some((value) => value !== undefined)))
        throw new UsageError('--report asks nobody: leave out --organization, --stack, --profile, --region, --account and --role');
      assertWhere(asked);
      return work({ ...asked, given: settingsFrom(setting) });
    }),
  });
