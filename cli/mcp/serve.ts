import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { removeAtEnd } from '../base/ending';
import { EXIT, type ExitCode } from '../base/exit-codes';
import { Approvals } from './approvals/approvals';
import { Confirmation } from './confirmation';
import type { McpAsked } from './mcp-command';
import { rotations } from './rotation';
import { sessions, type Service } from './service';
import { TOOLS } from './tools/tools';
import { inTurn } from './turns';

const INSTRUCTIONS = `Access keys of IAM users. No tool shows or takes a secret access key: never ask a person for one. A new key is stored before it is answered where. Create before you deactivate, deactivate before you delete, and wait in between until nothing uses the old key. Every change is confirmed by a person.`;
const READ_ONLY = ' This server was started read-only: tools that change something refuse until it is started with --allow-changes.';

/** Serves one client on the standard input and output until it goes away. */
export async function serve({ allowChanges, users, profiles, stack, ...access }: McpAsked, version: string): Promise<ExitCode> {
  const clock = (): Date => new Date();
  const approvals = new Approvals(clock);
  const confirmation = new Confirmation(approvals);
  const bounds = { ...(users && { users }), ...(profiles && { profiles }) };
  const turns = inTurn();
  const service: Service = {
    version,
    bounds,
    allowChanges,
    confirmation,
    clock,
    inTurn: turns,
    rotationFor: rotations(access, stack),
    withSession: sessions(access, bounds),
  };
  const transport = new StdioServerTransport();
  const handle = serveStdio(() => serverFor(service), { transport });
  // A change that has begun comes to its end: a key is stored, or it is taken back.
  const end = (): Promise<void> =>
    turns(() => {
      approvals.close();
      return Promise.resolve();
    });
  const forget = removeAtEnd(end);
  await new Promise<void>((resolve) => process.stdin.once('close', resolve).once('end', resolve));
  await handle.close();
  await end();
  forget();
  return EXIT.fine;
}

function serverFor(service: Service): McpServer {
  const server = new McpServer(
    { name: 'iam-keys', title: 'Access keys of IAM users', version: service.version },
    { instructions: service.allowChanges ? INSTRUCTIONS : INSTRUCTIONS + READ_ONLY, requestState: { verify: service.confirmation.verify } },
  );
  for (const tool of TOOLS) tool(server, service);
  return server;
}
