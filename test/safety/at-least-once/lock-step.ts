import { createHash } from 'node:crypto';
import type { AccountState } from '../../../sandbox/kernel/world';
import type { DirectCall } from '../direct/direct-aws';
import type { DirectLambda } from '../direct/direct-lambda';
import { Names, swapped } from './names';

/**
 * What no rotator changes while it runs, or nobody reads: it can happen at any time without any difference. What is remembered is read
 * before anything else, and written after everything else: which of two writes comes first follows from the calls before them.
 */
const FREE = new Set([
  'GetObject',
  'AssumeRole',
  'GenerateCredentialReport',
  'GetCredentialReport',
  'GetGroup',
  'ListGroupsForUser',
  'GetUser',
  'SendEmail',
  'PutEvents',
  'PutObject',
]);
/** Reads that belong to the read before them; only a deletion can change their answer. */
const COARSE = new Set(['GetAccessKeyLastUsed', 'GetResourcePolicy']);
/** Between two calls of a lock-step; apart, so that creation dates differ. */
const TICK_MS = 1_000;

/** Invocations whose every call that matters waits until it is let through, one at a time. */
export class LockStep {
  private readonly held = new Map<string, () => void>();
  private readonly seen = new Map<string, string[]>();
  private readonly names = new Names();
  private readonly letters = new Map<string, string>();
  private readonly running = new Map<string, Promise<unknown>>();
  /** The invocation being started: whose calls come first. */
  private starting = '';
  /** Keys that were created, in order. */
  readonly created: string[] = [];

  constructor(
    private readonly lambda: DirectLambda,
    private readonly account: AccountState,
    private readonly memory: () => readonly string[],
    private readonly options: {
      /** Every call is a point of its own, however little it decides. */
      fine: boolean;
      /** The invocations are asked for the same, so that it does not matter which one is called A. */
      alike: boolean;
    },
  ) {
    for (const user of account.users.values()) for (const key of user.keys) this.names.learnKey(key.id);
    lambda.hooks = {
      before: (call) => this.hold(call),
      after: (call, { output, error }) => {
        this.note(call, error ? error.name : output);
      },
    };
  }

  /** Starts the invocations, A first, and gives their answers to come. */
  async start<T>(invocations: readonly (() => Promise<T>)[]): Promise<Promise<T>[]> {
    const answers: Promise<T>[] = [];
    for (const [index, invoke] of invocations.entries()) {
      const letter = 'ABC'.charAt(index);
      this.starting = letter;
      this.seen.set(letter, []);
      const done = invoke().finally(() => this.running.delete(letter));
      this.running.set(letter, done);
      answers.push(done);
      await settled();
    }
    return answers;
  }

  /** What can happen next: one call of one invocation each. */
  choices(): string[] {
    for (const letter of this.running.keys()) {
      if (![...this.held.keys()].some((label) => label.startsWith(letter))) throw new Error(`${letter} neither ended nor waits for a call`);
    }
    // What an invocation that failed meanwhile had still asked for is never answered.
    return [...this.held.keys()].filter((label) => this.running.has(label.charAt(0))).sort();
  }

  /** Lets one call through and waits until everybody waits again. */
  async take(choice: string): Promise<void> {
    const release = this.held.get(choice);
    if (!release) throw new Error(`${choice} does not wait; these do: ${[...this.held.keys()].join(', ')}`);
    this.held.delete(choice);
    this.lambda.clock.advance(TICK_MS);
    release();
    await settled();
  }

  /** Lets everything through from now on. */
  end(): void {
    this.lambda.hooks = {};
  }

  /** The account's users and secrets, and what is remembered of it, as they are now: the same text means the same future for whoever comes next. */
  world(): string {
    const users = [...this.account.users.values()].map(({ name, tags, keys }) => ({
      name,
      tags: [...tags].map(([key, value]) => this.names.apply(`${key}=${value}`)).sort(),
      keys: keys.map(({ id, status }) => ({ id, status })),
    }));
    const secrets = [...this.account.secrets.values()].map(({ name, policy, deleted, versions }) => ({ name, policy, deleted, versions }));
    return this.names.apply({ users, secrets, memory: this.memory() });
  }

  /** Everything that decides what happens from here on: the world, and all that each invocation has been answered. */
  fingerprint(): string {
    const world = this.world();
    const lives = [...this.seen].map(([letter, seen]) => `${this.running.has(letter) ? 'runs' : 'ended'}\n${seen.toSorted().join('\n')}`);
    const text = [world, ...lives].join('\n');
    const other = this.options.alike ? swapped([world, ...lives.toReversed()].join('\n')) : text;
    return createHash('sha1')
      .update(text < other ? text : other)
      .digest('base64');
  }

  private letterOf({ invocation }: DirectCall): string {
    const letter = this.letters.get(invocation) ?? this.starting;
    this.letters.set(invocation, letter);
    return letter;
  }

  private hold(call: DirectCall): Promise<void> | undefined {
    const letter = this.letterOf(call);
    if (FREE.has(call.operation) || (!this.options.fine && COARSE.has(call.operation))) return undefined;
    const about = call.operation === 'GetAccessKeyLastUsed' ? ` ${this.names.apply(call.input['AccessKeyId'])}` : '';
    const label = `${letter} ${call.operation}${about}`;
    if (this.held.has(label)) throw new Error(`${label} waits twice`);
    return new Promise((release) => {
      this.held.set(label, release);
    });
  }

  private note(call: DirectCall, answer: unknown): void {
    const letter = this.letterOf(call);
    if (call.operation === 'CreateAccessKey' && typeof answer === 'object') {
      const { AccessKey } = answer as { AccessKey: { AccessKeyId: string } };
      this.names.learnCreated(AccessKey.AccessKeyId, letter);
      this.created.push(AccessKey.AccessKeyId);
    }
    if (call.operation === 'TagUser') for (const { Key } of call.input['Tags'] as { Key: string }[]) this.names.learnToken(Key, letter);
    if (FREE.has(call.operation)) return;
    const seen = this.seen.get(letter) ?? [];
    const asked = `${call.operation} ${this.names.apply(call.input)}`;
    const times = seen.filter((one) => one.startsWith(asked)).length;
    seen.push(`${asked} ${times} ${this.names.apply(answer)}`);
    this.seen.set(letter, seen);
  }
}

/** Everything between two calls happens without waiting for anything outside. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
