import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccessKey } from '../../../lambda/core/plan/user-facts';
import { readReport, type ReportedUser } from '../../../lambda/core/read/credential-report';
import { RotationError } from '../../../lambda/shared/errors';
import type { KnownUser } from '../simulation/simulated-user';

/** The users of one account, as far as a rotation knows them. */
export interface KnownAccount {
  account: string;
  users: KnownUser[];
}

/** What credential reports say, and what they leave open. */
export interface ReportedAccounts {
  accounts: KnownAccount[];
  notes: string[];
}

const LEFT_OPEN =
  'A credential report has no key ids, tags and secrets: a second active key is taken for a person’s own, an inactive one for one that no run has seen, and nobody for exempt by group or tag.';

/** The credential reports in a file or in the files *.csv of a folder, one for each account; anything that is none is a RotationError that names the file. */
export async function readReports(path: string, now: Date): Promise<ReportedAccounts> {
  const accounts = new Map<string, KnownAccount & { file: string }>();
  const notes = [LEFT_OPEN];
  for (const file of await filesOf(path)) {
    const report = readReport(await readFile(file), { uses: true });
    if ('unavailable' in report) throw new RotationError(`${file}: ${report.unavailable}`);
    const [first] = report.users;
    if (!first) continue;
    const account = accountOf(first);
    const other = report.users.find((user) => accountOf(user) !== account);
    if (other) throw new RotationError(`${file}: holds users of two accounts, ${account} and ${accountOf(other)}; give one file for each`);
    const double = accounts.get(account);
    if (double) throw new RotationError(`${double.file} and ${file} are both of account ${account}; give the newer one alone`);
    const users = report.users.map((user) => knownFrom(user, now, notes));
    accounts.set(account, { account, users, file });
  }
  return { accounts: [...accounts.values()].map(({ account, users }) => ({ account, users })), notes };
}

async function filesOf(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const files = (await readdir(path)).filter((name) => name.toLowerCase().endsWith('.csv')).sort();
    if (files.length === 0) throw new RotationError(`there is no file *.csv in ${path}`);
    return files.map((name) => join(path, name));
  } catch (cause) {
    if (isMissing(cause)) throw new RotationError(`there is no file or folder ${path}`, { cause });
    throw cause;
  }
}

const isMissing = (cause: unknown): boolean => typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOENT';

const accountOf = ({ arn }: ReportedUser): string => arn.split(':')[4] ?? '';

function knownFrom({ name, arn, keys }: ReportedUser, now: Date, notes: string[]): KnownUser {
  const found = keys.flatMap(({ active, created, lastUsed }, place): AccessKey[] => {
    const id = `key-${place + 1}`;
    if (!created) {
      notes.push(`${arn}: the report does not say when ${id} was created, so it is left out.`);
      return [];
    }
    return [{ id, status: active ? 'Active' : 'Inactive', created, ...(lastUsed && { lastUsed }) }];
  });
  return {
    isMember: false,
    facts: {
      name,
      arn,
      listedAt: now,
      keys: found,
      tags: new Map(),
      state: { keys: new Map(), intents: [] },
      stored: { versions: new Set() },
      memory: new Map(),
    },
  };
}
