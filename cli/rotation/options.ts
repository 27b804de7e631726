import { parsePeriod, type Period } from '../../lambda/shared/period';
import type { Access } from '../base/options';
import { UsageError } from '../base/program';
import { nameAndValue } from '../base/values';

/** Settings as they are given to `cdk deploy`. */
export type GivenSettings = Readonly<Record<string, unknown>>;

/** `-c`, for commands that count with the settings of a rotation. */
export const settingOption = {
  kind: 'parsed',
  parse: nameAndValue,
  placeholder: 'name=value',
  variadic: true,
  optional: true,
  brief: 'count with this setting, as you would give it to cdk deploy; may be repeated (default: those that are deployed)',
} as const;

/** What was given with `-c`; the last one of a name wins. */
export const settingsFrom = (given: readonly (readonly [string, string])[] = []): GivenSettings => Object.fromEntries(given);

function age(text: string): Period {
  const period = parsePeriod(text);
  if (!period) throw new Error(`"${text}" must be a number with d, h or m, such as 90d`);
  return period;
}

/** An option that takes an age. */
export const ageOption = { kind: 'parsed', parse: age, placeholder: 'age', optional: true } as const;

/** Throws unless the account, or the organization, can be entered with what is given. */
export function assertWhere({ organization, account, role }: Pick<Access, 'account' | 'role'> & { organization: boolean }): void {
  if (!organization) return;
  if (account !== undefined) throw new UsageError('--organization and --account exclude each other: all accounts, or one');
  if (role === undefined) throw new UsageError('--organization needs --role: the name of a role in each account that you may take');
}
