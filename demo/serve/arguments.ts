import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface ServeArguments {
  /** 0 takes any free port. */
  port: number;
  dryRun: boolean;
  help: boolean;
}

/** The port when none is given: the one that tools for local AWS endpoints expect. */
const DEFAULT_PORT = 4566;
const MAX_PORT = 65_535;

/** What `--help` prints. */
export const HELP = `Keeps a local AWS organization running, with this app deployed into it, for the aws command line and the SDKs.

  npm run sandbox -- [--port <number>] [--dry-run]

  --port <number>   where to listen on 127.0.0.1; 0 takes any free port (default ${DEFAULT_PORT})
  --dry-run         deploy with DryRun: people are told what would happen, nothing changes (default: enforcing, so that things can be tried)
  -h, --help        this text

It is the organization of \`npm start\`, on its first day: 7 accounts, 39 users, keys of every age. Nothing leaves this computer, and nothing is
kept when it ends. Once it runs, it prints what to paste into another terminal; at its own prompt, type help.
`;

const OPTIONS = {
  port: { type: 'string', default: String(DEFAULT_PORT) },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Reads the arguments; throws one Error that names what is wrong. */
export function readArguments(args: readonly string[]): ServeArguments {
  const { values } = parsed(args);
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > MAX_PORT) throw new Error(`--port ${values.port} must be a number from 0 to ${MAX_PORT}`);
  return { port, dryRun: values['dry-run'], help: values.help };
}

function parsed(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>> {
  try {
    return parseArgs({ args: [...args], options: OPTIONS });
  } catch (cause) {
    throw new Error(`${cause instanceof Error ? cause.message : String(cause)}; --help shows what there is`, { cause });
  }
}
