import { S3Client } from '@aws-sdk/client-s3';
import { createHash, generateKeyPairSync, sign as signText, type KeyObject } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionLine } from '../../../cli/evidence/pack-files';
import { verifyPack } from '../../../cli/evidence/verify-pack';
import { writePack, type PackSource, type Written } from '../../../cli/evidence/write-pack';
import { ChainStore } from '../../../lambda/chain/chain-store';
import { signedText } from '../../../lambda/chain/entry';
import { appendEvidence, Proofs } from '../../../lambda/reporter/append-evidence';
import { RunStore } from '../../../lambda/runs/run-store';
import type { AccountResult, Failure, UserResult } from '../../../lambda/runs/schemas';
import { DAY_MS } from '../../../lambda/shared/period';
import { fakeBucket } from '../../helpers/fake-bucket';
import { action, user } from '../../lambda/mail/factories';
import { accountId, manifest, resultOf } from '../../lambda/reporter/factories';

/** Days of the runs that the pack of these tests is about. */
const PERIOD = { from: '2026-01-05', to: '2026-01-25' };
/** Of the second run of the period. */
export const SECOND_RUN = '20260115T020000Z-00000010';
/** The key that signs. */
export const SIGNER = 'arn:aws:kms:eu-west-1:111122223333:key/evidence';
/** Begins every request id. */
export const REQUEST = 'request';
/** The file of an entry in a pack. */
export const entryOf = (number: number): string => `chain/00000000${number}.jsonl`;

const FIRST_DAY = Date.parse('2026-01-05T02:00:00Z');
const FIRST_RUN = '20260105T020000Z-00000000';
const BY_HAND = 'manual-20260105T060000Z-00000001';
const THIRD_RUN = '20260125T020000Z-00000020';
const LATER_RUN = '20260126T020000Z-00000021';

const users = (at: string, ...names: string[]): UserResult[] =>
  names.map((name) => {
    const requests = [
      { call: 'CreateAccessKey', id: `${REQUEST}-${name}`, at },
      { call: 'PutSecretValue', at, error: 'TimeoutError' },
    ];
    return user(name, { actions: [action({ successorId: 'AKIANEW0000000000001', requests })] });
  });
const failure: Failure = { user: 'broken', step: 'rotate', error: 'AccessDenied', message: 'not "authorized", at all' };

/** Everything that tests of packs share. */
export class Packs {
  readonly folder = mkdtempSync(join(tmpdir(), 'packs-'));
  /** The pack of the period. */
  readonly pack = join(this.folder, 'pack');
  /** What making it gave. */
  written!: Written;
  readonly publicKey: KeyObject;
  readonly source: PackSource;
  readonly objects: ReturnType<typeof fakeBucket>['objects'];
  private readonly privateKey: KeyObject;
  private now = new Date(FIRST_DAY);
  private readonly bucket = fakeBucket(() => this.now, 1_000);
  private made = 0;

  constructor() {
    ({ privateKey: this.privateKey, publicKey: this.publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' }));
    const s3 = new S3Client({ region: 'eu-west-1' });
    this.objects = this.bucket.objects;
    this.source = {
      store: new RunStore(s3, 'results'),
      chain: new ChainStore(s3, 'results'),
      publicKey: () => Promise.resolve(this.publicKey.export({ type: 'spki', format: 'der' })),
    };
  }

  /** Makes the chain as the reporter does, over some weeks, and the pack of the period. */
  static async made(): Promise<Packs> {
    const packs = new Packs();
    packs.run(FIRST_RUN, 0, [1, 3]);
    await packs.report(0);
    packs.answer(FIRST_RUN, 2, { users: users('2026-01-05T09:00:00.000Z', '+cmd', 'carol') });
    packs.answer(BY_HAND, 1, { users: users('2026-01-05T06:00:00.000Z', 'alice') });
    await packs.report(1);
    packs.run(SECOND_RUN, 10, [1, 2, 3]);
    await packs.report(10);
    packs.run(THIRD_RUN, 20, [1, 2, 3]);
    await packs.report(20);
    packs.run(LATER_RUN, 21, [1, 2, 3]);
    await packs.report(21);
    packs.run(LATER_RUN.replace('26T', '27T'), 22, [1]);
    await packs.report(22);
    packs.written = await packs.write('pack');
    return packs;
  }

  /** A run of three accounts, of which some answer; the third one has no users. */
  private run(runId: string, day: number, answers: readonly number[]): void {
    const startedAt = new Date(FIRST_DAY + day * DAY_MS).toISOString();
    this.bucket.put(`runs/${runId}/manifest.json`, manifest(3, { runId, startedAt }));
    for (const n of answers)
      this.answer(runId, n, { users: n === 3 ? [] : users(startedAt, 'alice', 'bob'), ...(n === 1 && { failures: [failure] }) });
  }

  /** The answer of one account. */
  answer(runId: string, n: number, more: Partial<AccountResult>): void {
    this.bucket.put(`runs/${runId}/${accountId(n)}.json`, resultOf(n, { runId, ...more }));
  }

  /** Lets the reporter add to the chain, on a day after the first. */
  private async report(day: number, isSigned = true): Promise<void> {
    this.now = new Date(FIRST_DAY + day * DAY_MS + 2 * 3_600_000 + 1);
    const key = this.privateKey;
    await appendEvidence(
      {
        store: this.source.store,
        chain: this.source.chain,
        logger: { info: () => undefined, warn: () => undefined },
        ...(isSigned && {
          sign: (line: string) =>
            Promise.resolve({ algorithm: 'ECDSA_SHA_256' as const, key: SIGNER, signature: this.signature(signedText(line), key) }),
        }),
      },
      { since: new Date(FIRST_DAY - DAY_MS), now: this.now, proofs: new Proofs() },
    );
  }

  /** A signature as KMS gives it. */
  signature(text: string, key = this.privateKey): string {
    return signText('sha256', Buffer.from(text), key).toString('base64');
  }

  /** Writes a pack into a new folder. */
  write(name: string, { source = this.source, period = PERIOD } = {}): Promise<Written> {
    const about = { stack: 'IamKeyRotation', bucket: 'results', made: this.now.toISOString() };
    return writePack(source, { ...period, ...about }, join(this.folder, name), () => undefined);
  }

  /** The folder of a pack whose chain was never signed. */
  static async unsigned(): Promise<string> {
    const packs = new Packs();
    packs.run(FIRST_RUN, 0, [1, 2, 3]);
    await packs.report(0, false);
    await packs.write('pack');
    return packs.pack;
  }

  /** A copy of the pack that may be changed. */
  copy(): Copy {
    this.made += 1;
    const folder = join(this.folder, `copy-${this.made}`);
    cpSync(this.pack, folder, { recursive: true });
    return new Copy(folder);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** A pack with which somebody tampers. */
export class Copy {
  constructor(readonly folder: string) {}

  path(name: string): string {
    return join(this.folder, name);
  }

  text(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  lines(): ActionLine[] {
    return JSON.parse(this.text('actions.json')) as ActionLine[];
  }

  /** Changes a file; fails when that changes nothing. */
  change(name: string, by: (text: string) => string): void {
    const before = this.text(name);
    const after = by(before);
    expect(after).not.toBe(before);
    writeFileSync(this.path(name), after);
  }

  /** What verifying it finds. */
  async wrong(key?: string): Promise<string[]> {
    return (await verifyPack(this.folder, key)).wrong;
  }
}

/** The packs of a test file, made before its first test. */
export function packsForTests(): () => Packs {
  let packs: Packs | undefined;
  beforeAll(async () => {
    packs = await Packs.made();
  });
  afterAll(() => packs?.remove());
  return () => packs!;
}

/** As the shell's sha256sum says it. */
export const sha256Of = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
