import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ElicitRequest, type ElicitResult } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { ClientConfiguration } from '../../sandbox/sandbox';
import type { KeysSandbox } from './keys-sandbox';
import { MANAGEMENT } from './sandbox-organization';

const ROOT = join(__dirname, '..', '..');
/** Notes every byte that goes in and out, and what is written to the standard error. */
const RECORDED = 'tee "$1/in" | "$2" "$3" mcp "${@:4}" 2> "$1/error" | tee "$1/out"';

/** How a client connects. */
export interface Connecting {
  args?: readonly string[];
  /** `modern`: the specification of 2026-07-28; `legacy`: the one before it. */
  era?: 'modern' | 'legacy';
  /** What the person answers, one question after the other; absent: the client cannot ask. */
  answers?: ElicitResult[];
  as?: Pick<ClientConfiguration, 'credentials'>;
  environment?: Readonly<Record<string, string>>;
}

/** A model with the official client and a server of its own, all of whose traffic is kept. */
export class Model {
  /** What the person was asked. */
  readonly asked: string[] = [];

  private constructor(
    readonly client: Client,
    private readonly box: KeysSandbox,
    private readonly folder: string,
    /** The person's home, which the server shares with the terminal. */
    readonly home: string,
    private readonly known: Set<string>,
  ) {}

  static async connected(box: KeysSandbox, { args = [], era = 'modern', answers, as, environment }: Connecting = {}): Promise<Model> {
    const { credentials, region, endpoint } = { ...box.sandbox.client(MANAGEMENT.id), ...as };
    const [folder, home] = [mkdtempSync(join(tmpdir(), 'traffic-')), mkdtempSync(join(tmpdir(), 'home-'))];
    const client = new Client(
      { name: 'test', version: '1' },
      {
        capabilities: answers === undefined ? {} : { elicitation: { form: {} } },
        ...(era === 'modern' && { versionNegotiation: { mode: 'auto' as const } }),
      },
    );
    const known = new Set([credentials.secretAccessKey, ...(credentials.sessionToken === undefined ? [] : [credentials.sessionToken])]);
    const model = new Model(client, box, folder, home, known);
    if (answers !== undefined) {
      client.setRequestHandler('elicitation/create', (request: ElicitRequest) => {
        model.asked.push(request.params.message);
        return answers.shift() ?? { action: 'cancel' };
      });
    }
    const transport = new StdioClientTransport({
      command: 'bash',
      args: ['-c', RECORDED, 'bash', folder, process.execPath, join(ROOT, 'bin', 'iam-keys.js'), ...args],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
        ...environment,
      },
    });
    await client.connect(transport);
    return model;
  }

  /** Calls a tool; what it answers, or its error as text. */
  async call(name: string, input: Record<string, unknown> = {}): Promise<Record<string, unknown> | string> {
    this.rememberSecrets();
    const { isError, content, structuredContent } = await this.client.callTool({ name, arguments: input });
    this.rememberSecrets();
    const text = content.map((part) => (part.type === 'text' ? part.text : part.type)).join('\n');
    if (isError) return text;
    expect(JSON.parse(text)).toEqual(structuredContent);
    return structuredContent as Record<string, unknown>;
  }

  /** Ends the server, whose whole traffic must hold no secret of the sandbox. */
  async leave(): Promise<void> {
    await this.client.close();
    const traffic = this.traffic();
    expect(traffic).toContain('"jsonrpc"');
    for (const secret of this.known) expect(traffic).not.toContain(secret);
  }

  /** All that went in and out, and the standard error. */
  traffic(): string {
    return ['in', 'out', 'error'].map((name) => readFileSync(join(this.folder, name), 'utf8')).join('\n');
  }

  /** Keys that are gone at the end had secrets, too. */
  private rememberSecrets(): void {
    const { users, secrets } = this.box.sandbox.kernel.account(MANAGEMENT.id);
    for (const { keys } of users.values()) for (const { secret } of keys) this.known.add(secret);
    for (const { versions } of secrets.values()) for (const { value } of versions.values()) this.known.add(value);
  }
}
