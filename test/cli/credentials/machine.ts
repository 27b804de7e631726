import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '../../../sandbox/sandbox';
import type { AccessKey } from '../../../sandbox/kernel/world';
import { commands, type Ended } from '../../helpers/commands-host';

const ROOT = join(__dirname, '..', '..', '..');
/** `iam-keys` as it is installed. */
export const IAM_KEYS = join(ROOT, 'bin', 'iam-keys.js');

/** A person's machine in the sandbox's time: a home directory, and programs that find their credentials there. */
export class Machine {
  readonly home = mkdtempSync(join(tmpdir(), 'machine-'));
  readonly credentials = join(this.home, '.aws', 'credentials');
  readonly config = join(this.home, '.aws', 'config');
  private readonly clock = join(this.home, 'clock');
  private readonly children = new Set<ChildProcess>();

  constructor(private readonly sandbox: Sandbox) {
    mkdirSync(join(this.home, '.aws'));
    writeFileSync(this.config, `[default]\nregion = ${sandbox.kernel.region}\n`);
    writeFileSync(this.credentials, '');
  }

  /** A static key, as somebody pasted it. */
  paste(profile: string, { id, secret }: AccessKey): void {
    writeFileSync(
      this.credentials,
      `${readFileSync(this.credentials, 'utf8')}[${profile}]\naws_access_key_id=${id}\naws_secret_access_key=${secret}\n`,
    );
    writeFileSync(this.config, `${readFileSync(this.config, 'utf8')}[profile ${profile}]\nregion = ${this.sandbox.kernel.region}\n`);
  }

  /** What every program of this machine is started with. */
  private environment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
    writeFileSync(this.clock, String(this.sandbox.clock.now().getTime() - Date.now()));
    return {
      PATH: process.env['PATH'],
      HOME: this.home,
      NO_COLOR: '1',
      AWS_ENDPOINT_URL: this.sandbox.url,
      NODE_OPTIONS: `--require ${join(__dirname, 'clock.cjs')} --require ${join(__dirname, 'settled.cjs')}`,
      TEST_CLOCK: this.clock,
      ...more,
    };
  }

  /** Runs a program to its end. */
  async run(
    program: string,
    args: readonly string[],
    { environment = {}, onStart }: { environment?: Readonly<Record<string, string>>; onStart?: (child: ChildProcess) => void } = {},
  ): Promise<Ended> {
    const child = spawn(program, args, { env: this.environment(environment), stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, error] = ['', ''];
    child.stdout.on('data', (data) => (out += String(data)));
    child.stderr.on('data', (data) => (error += String(data)));
    onStart?.(child);
    const status = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    return { status, out, error };
  }

  /**
   * Runs `iam-keys`, in a process that all commands share; what writes to the standard output past Node.js has one of its own: the answer to a
   * program that asks for credentials, and what `--then` starts.
   */
  keys(...args: string[]): Promise<Ended> {
    const asksForCredentials = args.length === 3 && args[0] === 'credentials' && args[1] === '--profile';
    if (asksForCredentials || args.includes('--then')) return this.run(process.execPath, [IAM_KEYS, ...args]);
    return commands.run(args, this.environment({}));
  }

  /** Starts a program that lives for months; what it gives makes one call with the SDK and tells by which key, or why not. */
  start(profile: string): () => Promise<string> {
    const child = spawn(process.execPath, [join(__dirname, 'long-lived.cjs')], {
      env: this.environment({ AWS_PROFILE: profile }),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.children.add(child);
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return async () => {
      this.environment({});
      child.stdin.write('call\n');
      const { value } = (await answers.next()) as { value?: string };
      const { id, error } = JSON.parse(value ?? '{"error":"the program ended"}') as { id?: string; error?: string };
      return id ?? `failed: ${error ?? ''}`;
    };
  }

  /** Ends what was started, and removes everything. */
  async leave(): Promise<void> {
    for (const child of this.children) {
      child.stdin?.end();
      if (child.exitCode === null) await new Promise((resolve) => child.once('close', resolve));
    }
    rmSync(this.home, { recursive: true, force: true });
  }
}
