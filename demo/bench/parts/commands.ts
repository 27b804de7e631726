import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Measuring } from '../part';
import { IAM_KEYS, measureStarts, nothing, startsTable, timeToEnd, type Started } from '../starts';

const TITLE = 'From the start of the process to the end of its help, or to its first call';
/** IAM's answer to whoever may not; it ends the command without a repeat. */
const DENIED =
  '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>';

/** What a person waits for when they type a command, before AWS has anything to do. */
export const commands: Measuring = {
  async measure(context) {
    const listener = createServer((_, response) => response.writeHead(403, { 'content-type': 'text/xml' }).end(DENIED));
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    try {
      const help: Started = { name: 'iam-keys --help', goal: '250 ms', time: (home) => timeToEnd([IAM_KEYS, '--help'], home) };
      const list: Started = { name: 'iam-keys list', goal: '400 ms', time: (home) => timeToCall(['list'], home, listener) };
      const measured = await measureStarts([nothing, help, list], context);
      return { tables: [startsTable(TITLE, measured)], data: measured };
    } finally {
      listener.close();
    }
  },
};

/** Starts a command and gives the time to the first request that reaches the listener; a command that ends without one is an error. */
async function timeToCall(args: readonly string[], home: string, listener: Server): Promise<number> {
  const endpoint = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  let called: number | undefined;
  const note = (): void => {
    called ??= performance.now();
  };
  listener.on('request', note);
  const began = performance.now();
  const child = spawn(process.execPath, [IAM_KEYS, ...args], {
    stdio: 'ignore',
    env: {
      HOME: home,
      USERPROFILE: home,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIABENCH',
      AWS_SECRET_ACCESS_KEY: 'no secret',
    },
  });
  await once(child, 'close');
  listener.off('request', note);
  if (called === undefined) throw new Error(`iam-keys ${args.join(' ')} made no call`);
  return called - began;
}
