import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { accessOptions, off, type Access } from '../base/options';
import { working } from '../base/program';
import { listOf } from '../base/values';
import { pattern, type Bounds } from './bounds';

/** What `mcp` is asked for. */
export interface McpAsked extends Access, Bounds {
  allowChanges: boolean;
}

const DESCRIPTION = `Serves the Model Context Protocol on standard input and output, so that a model can look at access keys and, with --allow-changes, ask for changes. A client starts it; docs/mcp.md has the configuration for common ones.

No tool returns or takes a secret access key. Without --allow-changes nothing can be changed. With it, each change is confirmed by a person: in the client where that can ask (elicitation), else in a terminal with iam-keys approve.

A model names users and profiles; --users and --profiles bound which. Without a profile, a tool uses the credentials that the server was started with.

Exit code: 0 the client has gone, 2 it could not be started.

EXAMPLES
  iam-keys mcp                                            read-only
  iam-keys mcp --allow-changes --users 'svc-*,deploy'     changes for these users
  iam-keys mcp --profile audit --profiles 'audit,team-*'  a profile for calls that name none, and those that may be named`;

const patterns = { kind: 'parsed', parse: listOf(pattern), placeholder: 'patterns', optional: true } as const;

/** The command `mcp`. */
export const mcpCommand = (work: (asked: McpAsked) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand({
    docs: { brief: 'serves models, over the Model Context Protocol', fullDescription: DESCRIPTION },
    parameters: {
      flags: {
        allowChanges: off('changes may be asked for, each confirmed by a person'),
        users: { ...patterns, brief: 'users that a model may name, separated by commas; * and ? stand for characters (default: all)' },
        profiles: { ...patterns, brief: 'profiles that a model may name, likewise (default: all)' },
        ...accessOptions,
      },
    },
    func: working('nothing is served', async (asked: McpAsked) => work(asked)),
  });
