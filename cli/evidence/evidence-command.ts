import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { placeOptions, stackOption, type Access } from '../base/options';
import { UsageError, working } from '../base/program';

/** Of which days evidence is asked for: runs that began on them, in UTC, both included; `2026-11-30`. */
export interface Period {
  from: string;
  to: string;
}

/** What `evidence` makes a pack of. */
export interface PackAsked extends Pick<Access, 'profile' | 'region'>, Period {
  out: string;
  stack: string;
}

/** What `evidence --verify` looks at. */
export interface VerifyAsked {
  verify: string;
  /** A file with the public key that the auditor has from elsewhere. */
  publicKey?: string;
}

const DESCRIPTION = `Makes an evidence pack for auditors: a folder with every action and failure of every run in a period, as CSV and JSON, with run, time, account, user, access key id, reason and the AWS request ids under which CloudTrail has the calls; and what proves that nothing of it was changed. --verify looks at a pack without AWS and without this organization's credentials.

The reporter writes a chain: one entry per run, with the SHA-256 of each account's result as stored and of the entry before; answers that came late are entries of their own. With the setting evidenceKey each entry is signed by a KMS key, and the pack holds its public key; without it the chain is not signed, and the command says so. The setting resultRetentionDays bounds how long actions can be had; the chain never expires. docs/reports.md says what this proves, and what it does not.

A pack names users and accounts, and no secrets. DryRun runs are marked as such. Runs by hand are in it.

Making one needs cloudformation:DescribeStacks and ListStackResources, s3:ListBucket and GetObject on the results bucket and, for the public key, kms:GetPublicKey.

Exit code: 0 all is there and as it was written, 1 something is missing or was changed, 2 it could not be done.

EXAMPLES
  iam-keys evidence --from 2026-09-01 --to 2026-11-30 --out autumn     a pack in the new folder autumn
  iam-keys evidence --verify autumn                                    anywhere, offline
  iam-keys evidence --verify autumn --public-key key.pem               by a key that you have from elsewhere:
    aws kms get-public-key --key-id KEY --query PublicKey --output text | base64 -d | openssl ec -pubin -inform DER -out key.pem`;

/** Reads a day; what it throws names it. */
function day(text: string): string {
  const at = new Date(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text)
    throw new Error(`"${text}" must be a day such as 2026-11-30`);
  return text;
}

interface Flags extends Pick<Access, 'profile' | 'region'>, Partial<Period>, Partial<VerifyAsked> {
  out?: string;
  stack: string;
}

const optional = { kind: 'parsed', optional: true } as const;

/** The command `evidence`. */
export const evidenceCommand = (
  make: (asked: PackAsked) => Promise<ExitCode>,
  look: (asked: VerifyAsked) => Promise<ExitCode>,
): Command<CommandContext> =>
  buildCommand<Flags>({
    docs: {
      brief: 'what every run did, for auditors, and the proof that nothing of it was changed',
      fullDescription: DESCRIPTION,
      customUsage: [
        '--from <day> --to <day> --out <folder> [--stack <name>] [--profile <name>] [--region <name>]',
        '--verify <folder> [--public-key <file>]',
      ],
    },
    parameters: {
      flags: {
        from: { ...optional, parse: day, placeholder: 'day', brief: 'runs that began on this day or later (UTC)' },
        to: { ...optional, parse: day, placeholder: 'day', brief: 'runs that began on this day or earlier (UTC)' },
        out: { ...optional, parse: String, placeholder: 'folder', brief: 'where the pack is written; the folder must not be there yet' },
        verify: { ...optional, parse: String, placeholder: 'folder', brief: 'look at the pack in this folder, without AWS' },
        publicKey: { ...optional, parse: String, placeholder: 'file', brief: 'with --verify: the key (PEM) that must have signed' },
        stack: stackOption,
        ...placeOptions,
      },
    },
    func: working('no evidence', async ({ verify, publicKey, from, to, out, stack, profile, region }: Flags) => {
      if (verify !== undefined) {
        if (from !== undefined || to !== undefined || out !== undefined)
          throw new UsageError('--verify looks at a pack, --from, --to and --out make one: give either');
        return look({ verify, ...(publicKey !== undefined && { publicKey }) });
      }
      if (publicKey !== undefined) throw new UsageError('--public-key goes with --verify');
      if (from === undefined || to === undefined || out === undefined)
        throw new UsageError('--from, --to and --out are needed to make a pack, --verify to look at one');
      if (from > to) throw new UsageError(`--from ${from} is after --to ${to}`);
      return make({ from, to, out, stack, ...(profile !== undefined && { profile }), ...(region !== undefined && { region }) });
    }),
  });
