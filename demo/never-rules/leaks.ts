import type { Sandbox } from '../../sandbox/sandbox';
import { withoutHandOut } from './hand-outs';

/** Every secret access key, of AWS and of the sandbox, is so long and of these characters. */
const SECRET_LENGTH = 40;
const SECRET = /^[A-Za-z0-9+/]{40}$/;
/** From its beginning on: each run of such characters is looked at once. */
const MAY_HOLD_SECRETS = /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40,}/g;

/** Secret access keys to find in texts: looked up, since a long story has thousands. */
export class SecretKeys {
  private readonly known = new Set<string>();

  constructor(...secrets: readonly string[]) {
    for (const secret of secrets) this.add(secret);
  }

  get size(): number {
    return this.known.size;
  }

  /** Throws for what is none, since it would not be found. */
  add(secret: string): void {
    if (this.known.has(secret)) return;
    if (!SECRET.test(secret))
      throw new Error(`a secret access key has ${SECRET_LENGTH} letters, digits, + and /, and one has ${secret.length}`);
    this.known.add(secret);
  }

  /** Whether one of them is anywhere in the text. */
  areIn(text: string): boolean {
    for (const [run] of text.matchAll(MAY_HOLD_SECRETS)) {
      for (let at = 0; at <= run.length - SECRET_LENGTH; at += 1) if (this.known.has(run.slice(at, at + SECRET_LENGTH))) return true;
    }
    return false;
  }
}

/** Looks for secret access keys where none may ever be; each place is read once. */
export class LeakSearch {
  private logs = 0;
  private mails = 0;
  private events = 0;
  private invocations = 0;
  /** Bodies and messages already read; an object written again has a new body. */
  private readonly read = new WeakSet<object>();

  constructor(
    private readonly sandbox: Sandbox,
    private readonly secrets: SecretKeys,
  ) {}

  /** Starts where the sandbox is now, after it went back to a snapshot. */
  skip(): void {
    this.logs = this.sandbox.logs().length;
    this.invocations = this.sandbox.invocations.length;
    this.mails = this.sandbox.mails.length;
    this.events = this.sandbox.world.events.length;
  }

  /** What leaked since the last search, one sentence each, without the secret itself. */
  search(): string[] {
    return [...this.places()].flatMap(([place, text]) => (this.secrets.areIn(text) ? [`a secret access key is in ${place}`] : []));
  }

  private *places(): Generator<[string, string]> {
    const { sandbox } = this;
    const logs = sandbox.logs();
    for (const line of logs.slice(this.logs)) yield [`the log of ${line.functionName}`, line.line];
    this.logs = logs.length;
    for (const mail of sandbox.mails.slice(this.mails))
      yield [`the mail "${mail.subject}"`, `${mail.subject} ${mail.html ?? ''} ${mail.text ?? ''}`];
    this.mails = sandbox.mails.length;
    for (const event of sandbox.world.events.slice(this.events)) yield [`the event ${event.detailType}`, event.detail];
    this.events = sandbox.world.events.length;
    for (const invocation of sandbox.invocations.slice(this.invocations))
      yield [`the answer of ${invocation.functionName}`, withoutHandOut(sandbox, invocation)];
    this.invocations = sandbox.invocations.length;
    for (const { buckets, queues } of sandbox.world.accounts.values()) {
      for (const bucket of buckets.values()) {
        for (const [key, { body }] of bucket.objects) {
          if (this.isNew(body)) yield [`s3://${bucket.name}/${key}`, Buffer.from(body).toString('utf8')];
        }
      }
      for (const { name, messages } of queues.values())
        for (const message of messages) if (this.isNew(message)) yield [`the queue ${name}`, message.body];
    }
  }

  private isNew(place: object): boolean {
    if (this.read.has(place)) return false;
    this.read.add(place);
    return true;
  }
}
