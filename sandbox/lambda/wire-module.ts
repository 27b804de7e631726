import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import * as http from 'node:http';
import { Readable } from 'node:stream';
import { DroppedConnection } from '../kernel/faults';
import type { Kernel } from '../kernel/kernel';
import type { WireResponse } from '../wire/message';
import { respond } from '../wire/respond';

interface RequestOptions {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
}
type OnResponse = (response: Readable) => void;

/** What a client of `node:http` may ask about its connection. */
const SOCKET = { connecting: false, setKeepAlive: () => undefined, setTimeout: () => undefined, removeListener: () => undefined };

/** One request that goes to the sandbox without a network; `alive` says whether anybody still waits for its answer. */
class WireRequest extends EventEmitter {
  readonly socket = SOCKET;
  private destroyed = false;
  private readonly chunks: Buffer[] = [];

  constructor(
    private readonly kernel: Kernel,
    private readonly options: RequestOptions,
    private readonly alive: () => boolean,
    onResponse: OnResponse,
  ) {
    super();
    this.once('response', onResponse);
    if (options.headers?.['Expect'] ?? options.headers?.['expect']) process.nextTick(() => this.emit('continue'));
  }

  write(chunk: string | Uint8Array): boolean {
    this.chunks.push(bytesOf(chunk));
    return true;
  }

  end(chunk?: string | Uint8Array): void {
    if (chunk !== undefined) this.write(chunk);
    if (this.alive()) void this.kernel.waits.during(() => this.exchange());
  }

  destroy(error?: Error): void {
    if (this.destroyed) return;
    this.destroyed = true;
    if (error) process.nextTick(() => this.emit('error', error));
    process.nextTick(() => this.emit('close'));
  }

  private async exchange(): Promise<void> {
    const { method = 'GET', path = '/', headers = {} } = this.options;
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    let answer: WireResponse;
    try {
      answer = await respond(this.kernel, { method, path, headers: lower, body: Buffer.concat(this.chunks) }, randomUUID());
    } catch (error) {
      if (!(error instanceof DroppedConnection)) throw error;
      if (this.alive()) this.destroy(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
      return;
    }
    if (this.destroyed || !this.alive()) return;
    const body = method === 'HEAD' ? Buffer.alloc(0) : bytesOf(answer.body);
    const response = Readable.from(body.length > 0 ? [body] : [], { objectMode: false });
    this.emit('response', Object.assign(response, { statusCode: answer.status, headers: answer.headers, complete: true }));
    this.destroy();
  }
}

const bytesOf = (data: string | Uint8Array): Buffer =>
  typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** `node:http` as far as SDK clients need it, connected with the sandbox directly. */
export function wireModule(kernel: Kernel, alive: () => boolean): object {
  const request = (options: RequestOptions, onResponse: OnResponse): WireRequest => new WireRequest(kernel, options, alive, onResponse);
  return { ...http, request };
}
