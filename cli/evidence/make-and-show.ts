import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { ChainStore } from '../../lambda/chain/chain-store';
import { RunStore } from '../../lambda/runs/run-store';
import { clientDefaults } from '../../lambda/shared/clients';
import { RotationError } from '../../lambda/shared/errors';
import { clientSettings } from '../base/access';
import { removeAtEnd } from '../base/ending';
import { EXIT, type ExitCode } from '../base/exit-codes';
import { Progress } from '../base/progress';
import { UsageError } from '../base/program';
import { columnsOf } from '../base/terminal';
import { wrapHanging } from '../base/wrap';
import { deploymentOf } from '../deployment/deployment';
import type { PackAsked } from './evidence-command';
import { listed } from './listed';
import { writePack, type PackSource, type Written } from './write-pack';

/** Makes a pack and says what is in it; interrupted, it leaves nothing behind. */
export async function makeAndShow({ from, to, out, stack, ...access }: PackAsked): Promise<ExitCode> {
  if (existsSync(out)) throw new UsageError(`--out: ${out} is there already; nothing was written`);
  const settings = { ...clientDefaults, ...(await clientSettings(access)) };
  const { resultsBucket: bucket } = await deploymentOf(
    { cloudformation: new CloudFormationClient(settings), sts: new STSClient(settings) },
    stack,
  );
  const s3 = new S3Client(settings);
  const source: PackSource = {
    store: new RunStore(s3, bucket),
    chain: new ChainStore(s3, bucket),
    publicKey: async (arn) => {
      const [, , , region = ''] = arn.split(':');
      const { PublicKey } = await new KMSClient({ ...settings, region }).send(new GetPublicKeyCommand({ KeyId: arn }));
      return PublicKey ?? new Uint8Array();
    },
  };
  const unfinished = `${out}.unfinished-${process.pid}`;
  const forget = removeAtEnd(() => rm(unfinished, { recursive: true, force: true }));
  const progress = new Progress('{value} of {total} entries{what}');
  let written: Written;
  let isShown = false;
  try {
    const origin = { stack, bucket, made: new Date().toISOString() };
    written = await writePack(source, { from, to, ...origin }, unfinished, (done, total, what) => {
      if (!isShown) progress.start(total);
      isShown = true;
      progress.update(done, what);
    });
    progress.stop();
    if (!written.entries) throw new RotationError(nothing(from, to, written));
    await rename(unfinished, out);
  } catch (error) {
    progress.stop();
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  } finally {
    forget();
  }
  process.stdout.write(`${wrapHanging(textOf(written, { from, to, out }), columnsOf())}\n`);
  return written.missing.length + written.withoutEntry.length > 0 || written.withoutKey !== undefined ? EXIT.bad : EXIT.fine;
}

function nothing(from: string, to: string, { withoutEntry }: Written): string {
  if (withoutEntry.length === 0) return `no run began from ${from} to ${to}, or none is known any more; nothing was written`;
  return `no run from ${from} to ${to} is in the evidence chain, nothing was written; ${remedyOf(withoutEntry)}`;
}

/** Of runs that are in no entry. */
const remedyOf = (runIds: readonly string[]): string =>
  `not in the chain: ${listed(runIds)}. The reporter adds runs of the last 7 days by itself, and an older one when it is invoked with {"runId":"${runIds[0] ?? ''}"}`;

const number = (value: number): string => value.toLocaleString('en-US');

function textOf(written: Written, { from, to, out }: Pick<PackAsked, 'from' | 'to' | 'out'>): string {
  const { runs, records, accounts, entries: [first, last] = [0, 0], missing, withoutEntry, key, withoutKey } = written;
  return [
    `Evidence of ${from} to ${to} is in ${out}: ${number(records)} actions and failures of ${number(runs)} runs in ${number(accounts)} accounts; entries ${first} to ${last} of the chain.`,
    key === undefined
      ? 'The chain is not signed (setting evidenceKey): whoever could write all of it could have written it anew.'
      : `Signed by ${key}.`,
    ...(withoutKey === undefined ? [] : [`Without its public key (${withoutKey}): --verify needs it as --public-key.`]),
    ...(missing.length === 0
      ? []
      : [
          `Missing, though the chain has their hashes: ${listed(missing.map(({ entry, account, reason }) => `account ${account} of entry ${entry} (${reason})`))}.`,
        ]),
    ...(withoutEntry.length === 0 ? [] : [`Runs of the period that are ${remedyOf(withoutEntry)}.`]),
    `Verify it anywhere: iam-keys evidence --verify ${out}`,
  ].join('\n');
}
