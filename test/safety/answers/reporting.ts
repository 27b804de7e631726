import type { Fault, FaultMatch } from '../../../sandbox/kernel/faults';
import { parseEntry } from '../../../lambda/chain/entry';
import { ADMIN, FUNCTIONS, MANAGEMENT, OTHER, TEAM } from '../../helpers/sandbox-organization';
import { openSandbox, type Kit, type Saved } from '../kit/kit';
import { needsBundle } from './batches';
import { settled } from './settled';
import { KINDS, wordingOf, type Kind } from './kinds';

/** One place where AWS answers the reporter. */
export interface ReporterPoint {
  operation: string;
  about: string;
  input: (input: Record<string, unknown>) => boolean;
  /** The report is made all the same, and says what could not be read. */
  reported?: boolean;
  /** It is about evidence alone: the run is reported all the same, and the invocation fails. */
  proves?: boolean;
}

const key = (name: string) => (input: Record<string, unknown>) => typeof input['Key'] === 'string' && input['Key'].endsWith(`/${name}`);

const below = (prefix: string) => (input: Record<string, unknown>) =>
  typeof input['Prefix'] === 'string' && input['Prefix'].startsWith(prefix);

/** Where AWS answers the reporter. */
export const REPORTING: readonly ReporterPoint[] = [
  { operation: 's3:ListObjectsV2', about: 'of all runs', input: ({ Prefix }) => Prefix === 'runs/' },
  { operation: 's3:ListObjectsV2', about: 'of one run', input: below('runs/2') },
  { operation: 's3:ListObjectsV2', about: 'of runs by hand', input: below('runs/manual-'), proves: true },
  { operation: 's3:ListObjectsV2', about: 'of the evidence', input: below('evidence/'), proves: true },
  { operation: 's3:GetObject', about: 'of the manifest', input: key('manifest.json'), reported: true },
  { operation: 's3:GetObject', about: "of an account's result", input: key(`${TEAM.id}.json`), reported: true },
  { operation: 'events:PutEvents', about: 'of the run', input: () => true, reported: true },
  { operation: 's3:GetObject', about: 'of the evidence', input: key('000000001.jsonl'), proves: true },
  { operation: 'kms:Sign', about: 'of the evidence', input: () => true, proves: true },
  { operation: 's3:PutObject', about: 'of the evidence', input: key('000000002.jsonl'), proves: true },
  { operation: 's3:PutObject', about: 'of the report', input: key('report.html') },
  { operation: 's3:PutObject', about: 'of the summary', input: key('summary.json') },
  { operation: 'ses:SendEmail', about: 'to the administrator', input: () => true },
];

/** One answer of AWS to the reporter. */
export interface ReporterCombination {
  title: string;
  point: ReporterPoint;
  kind: Kind;
}

/** An error of the operation's own model, for good. */
const refusal = (code: string, status: number): Kind => ({
  name: code,
  passes: false,
  effect: 'none',
  when: 'before',
  then: () => ({ kind: 'error', code, status }),
  shows: () => new RegExp(code),
});
const OWN: Readonly<Record<string, readonly Kind[]>> = {
  'ses:SendEmail': ['MessageRejected', 'AccountSuspendedException', 'SendingPausedException', 'NotFoundException'].map((code) =>
    refusal(code, 400),
  ),
  'kms:Sign': ['DisabledException', 'KMSInvalidStateException', 'NotFoundException', 'InvalidKeyUsageException'].map((code) =>
    refusal(code, 400),
  ),
  's3:GetObject': [refusal('NoSuchKey', 404), refusal('InvalidObjectState', 403)],
  's3:ListObjectsV2': [refusal('NoSuchBucket', 404)],
  's3:PutObject': [refusal('NoSuchBucket', 404)],
};

/** What S3 can answer is tried in full where it is about the run; about evidence, what it does although nobody is told matters besides. */
const kindsOf = ({ operation, proves }: ReporterPoint): readonly Kind[] =>
  proves && operation.startsWith('s3:') ? KINDS.filter(({ effect, name }) => effect !== 'none' || name === 'denied') : KINDS;

/** Every kind of answer at every point; what retries overcome comes first, since lasting faults use up the clients' allowance of retries. */
export const REPORTER_COMBINATIONS: readonly ReporterCombination[] = [true, false].flatMap((passes) =>
  REPORTING.flatMap((point) =>
    [...kindsOf(point), ...(OWN[point.operation] ?? [])]
      .filter((kind) => kind.passes === passes)
      .map((kind) => ({ title: `${point.operation} ${point.about}, ${kind.name}`, point, kind })),
  ),
);

/** A run is over and not yet reported; each combination is tried from there. */
export class ReporterTrial {
  private constructor(
    private readonly kit: Kit,
    private readonly began: Saved,
  ) {}

  static async begin(): Promise<ReporterTrial> {
    const kit = await openSandbox({ accounts: [TEAM, OTHER], settings: { evidenceKey: 'true' }, direct: true });
    for (const account of [TEAM, OTHER]) kit.org.addUser(account, 'due', [{ ageDays: 95 }]);
    // The chain has an entry already, of an account rotated by hand.
    await kit.org.rotate(MANAGEMENT);
    await kit.org.invoke(FUNCTIONS.reporter, {});
    await kit.org.run();
    kit.sandbox.clock.advance(2 * 3_600_000);
    return new ReporterTrial(kit, kit.save());
  }

  /** Everything that was not as it has to be, one sentence each. */
  async judge({ point, kind, title }: ReporterCombination): Promise<string[]> {
    const { kit } = this;
    const { sandbox } = kit;
    kit.restore(this.began);
    const fault = this.inject(point, kind);
    if (needsBundle({ slow: kind.effect === 'late', operation: point.operation, title })) await kit.org.onBundles(() => this.report());
    else await this.report();
    sandbox.faults.clear();
    const complaints = fault.hits > 0 ? [] : ['the fault hit no call'];
    const wording = kind.shows(wordingOf(point.operation.split(':')[0] ?? ''));
    const failed = kit.org.failedEvents().map(({ responsePayload: told }) => `${told?.errorType ?? ''}: ${told?.errorMessage ?? ''}`);
    // What could not be read is not proven yet, either.
    const others = kind.passes ? failed : failed.filter((text) => !text.startsWith('EvidenceNotWrittenError'));
    if (kind.passes || point.reported) complaints.push(...this.reported(), ...others);
    if (point.proves) complaints.push(...this.reported());
    if (point.reported && !kind.passes && !wording.test(this.summary() ?? ''))
      complaints.push(`the summary does not say ${wording.source}`);
    const silent = (point.proves ? this.proven() : this.reported()).length > 0 && !failed.some((text) => wording.test(text));
    if (!kind.passes && !point.reported && silent) complaints.push(`no failed event says ${wording.source}`);
    await this.report();
    return [...complaints, ...this.reported(), ...this.proven(), ...kit.broken.map(({ rule, story }) => `${rule}: ${story}`)];
  }

  stop(): Promise<void> {
    return this.kit.stop();
  }

  private inject({ operation, input }: ReporterPoint, { when, then, times }: Kind): Fault {
    const [service = '', name = ''] = operation.split(':');
    const match: FaultMatch = { service, operation: name, principal: 'assumed-role/IamKeyRotation-ReporterRole', input };
    return this.kit.sandbox.faults.add({
      match: { ...match, ...(times !== undefined && { times }) },
      when,
      then: then(wordingOf(service)),
    });
  }

  private async report(): Promise<void> {
    const { sandbox } = this.kit;
    await sandbox.invoke(FUNCTIONS.reporter, {}, { type: 'Event' });
    await sandbox.drain();
    await settled(sandbox);
  }

  /** The administrator has had the mail, with every account of the run in it, and the summary is there. */
  private reported(): string[] {
    const summary = this.summary();
    const mails = this.kit.sandbox.mails.filter(({ to, renderingFailure }) => to.includes(ADMIN) && renderingFailure === undefined);
    const missing = [TEAM, OTHER, MANAGEMENT].filter(({ id }) => !summary?.includes(id)).map(({ name }) => name);
    return [
      ...(summary === undefined ? ['there is no summary'] : missing.map((name) => `the summary does not name ${name}`)),
      ...(mails.length === 0 ? ['no mail reached the administrator'] : []),
    ];
  }

  /** The chain is one, signed, and proves every account of the run once. */
  private proven(): string[] {
    const entries = this.objects()
      .flatMap(([name, { body }]) => (name.startsWith('evidence/') ? parseEntry(Buffer.from(body)) : []))
      .toSorted((a, b) => a.entry.number - b.entry.number);
    const linked = entries.every(
      ({ entry }, place) => entry.number === place + 1 && entry.previous === (entries[place - 1]?.sha256 ?? null),
    );
    const accounts = entries.flatMap(({ entry }) =>
      entry.runId.startsWith('manual-') ? [] : entry.accounts.map(({ account }) => account),
    );
    const expected = [TEAM, OTHER, MANAGEMENT].map(({ id }) => id).toSorted();
    return [
      ...(linked ? [] : ['the chain is broken']),
      ...(entries.every(({ signature }) => signature) ? [] : ['an entry is not signed']),
      ...(String(accounts.toSorted()) === String(expected) ? [] : [`the chain proves ${String(accounts)}`]),
    ];
  }

  private summary(): string | undefined {
    const found = this.objects().find(([name]) => name.endsWith('/summary.json'));
    return found && Buffer.from(found[1].body).toString('utf8');
  }

  private objects(): [string, { body: Uint8Array }][] {
    return [...this.kit.sandbox.kernel.account(MANAGEMENT.id).buckets.values()].flatMap(({ objects }) => [...objects]);
  }
}
