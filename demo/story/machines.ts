import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { removeAtEnd } from '../../cli/base/ending';
import { answerProgram } from '../../cli/credentials/answer-program';
import { nodeDisk } from '../../cli/credentials/disk';
import { initialize } from '../../cli/credentials/init';
import { placesOf } from '../../cli/credentials/places';
import { staticKeyOf, type Surroundings } from '../../cli/credentials/profile';
import { sdkAws } from '../../cli/credentials/sdk';
import { putKeyIntoProfile } from '../../cli/credentials/shared-file';
import { syncProfile } from '../../cli/credentials/sync';
import type { Sandbox } from '../../sandbox/sandbox';

/** Whose programs look after their own keys. */
export const MACHINES = {
  laptop: { account: '666677778888', user: 'bob' },
  server: { account: '222233334444', user: 'checkout' },
} as const;

/** Credentials as a program holds them. */
interface Held {
  id: string;
  secret: string;
  /** Until then it asks nobody. */
  until: number;
}

/** A program that was started on day 0 and is never started again. */
interface Program {
  name: keyof typeof MACHINES;
  ask: () => Promise<Held>;
  held: Held | undefined;
  /** The keys that it called with, in order. */
  keys: string[];
}

/**
 * A laptop whose program gets its key through `iam-keys credentials`, and a server whose program reads it from the credentials file that
 * `iam-keys sync` keeps up to date. Nobody does anything on either.
 */
export class Machines {
  /** Calls of the programs. */
  calls = 0;
  /** Those that AWS refused. */
  readonly failed: string[] = [];
  readonly programs: Program[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'iam-keys-story-'));

  constructor(private readonly sandbox: Sandbox) {
    removeAtEnd(() => {
      this.leave();
    });
  }

  /** Each has the key of its user, as somebody once pasted it; the laptop is set up by `iam-keys credentials --init`. */
  async setUp(): Promise<void> {
    for (const [name, { account, user }] of Object.entries(MACHINES)) {
      const [key] = this.sandbox.people(account).user(user).keys;
      if (key) await putKeyIntoProfile(this.place(name), name, key);
    }
    const { region } = this.sandbox.kernel;
    await initialize(this.place('laptop'), { profile: 'laptop', region, command: 'iam-keys' });
    this.programs.push(
      { name: 'laptop', held: undefined, keys: [], ask: () => this.askCredentials() },
      { name: 'server', held: undefined, keys: [], ask: () => Promise.resolve(this.readFile()) },
    );
  }

  /** A day: the server's timer runs, and each program makes a call. */
  async live(day: number): Promise<void> {
    await syncProfile(this.place('server'), 'server', { region: this.sandbox.kernel.region });
    for (const program of this.programs) {
      if (!program.held || program.held.until <= this.now()) program.held = await program.ask();
      await this.call(program, program.held, day);
    }
  }

  /** Removes the files. */
  leave(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async call(program: Program, { id, secret }: Held, day: number): Promise<void> {
    const { account } = MACHINES[program.name];
    const sts = new STSClient(this.sandbox.client(account, { accessKeyId: id, secretAccessKey: secret }));
    this.calls += 1;
    if (program.keys.at(-1) !== id) program.keys.push(id);
    try {
      await sts.send(new GetCallerIdentityCommand());
    } catch (error) {
      this.failed.push(`day ${day}: ${program.name}: ${String(error)}`);
    } finally {
      sts.destroy();
    }
  }

  private async askCredentials(): Promise<Held> {
    const { answer, told } = await answerProgram(this.place('laptop'), 'laptop');
    if (answer === undefined) throw new Error(told.join('; '));
    const { AccessKeyId, SecretAccessKey, Expiration } = JSON.parse(answer) as Record<string, string>;
    return { id: AccessKeyId ?? '', secret: SecretAccessKey ?? '', until: Date.parse(Expiration ?? '') };
  }

  /** The server's program reads the file for each of its jobs. */
  private readFile(): Held {
    return { ...staticKeyOf(this.place('server'), 'server'), until: this.now() };
  }

  private now(): number {
    return this.sandbox.clock.now().getTime();
  }

  private place(name: string): Surroundings {
    const { endpoint, systemClockOffset } = this.sandbox.client(this.sandbox.world.managementAccount);
    return {
      // No power fails in a sandbox, and hundreds of waits for the disk would make the story longer.
      disk: { ...nodeDisk, fsyncSync: () => undefined },
      places: placesOf({}, join(this.folder, name)),
      aws: sdkAws({ endpoint, systemClockOffset }),
      now: () => this.now(),
      sleep: (milliseconds) => {
        this.sandbox.clock.advance(milliseconds);
        return Promise.resolve();
      },
    };
  }
}
