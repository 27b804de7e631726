import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { accessOptions, off, optionalStackOption, type Access } from '../base/options';
import { working } from '../base/program';
import { listOf } from '../base/values';
import { pattern, type Bounds } from './bounds';

/** What `mcp` is asked for. */
export interface McpAsked extends Access, Bounds {
  allowChanges: boolean;
  /** Of the rotation, with the credentials that the server is started with. */
  stack?: string;
}

const DESCRIPTION = `Serves the Model Context Protocol on standard input and output, so that a model can look at access keys and, with --allow-changes, ask for changes. A client starts it; docs/mcp.md has the configuration for common ones.

No tool returns or takes a secret access key. Without --allow-changes nothing can be changed. With it, each change is confirmed by a person: in the client where that can ask (elicitation), else in a terminal with iam-keys approve.

A model names users and profiles; --users and --profiles bound which. Without a profile, a tool uses the credentials that the server was started with.

--stack and --region say where the rotation is deployed; it is then asked with the credentials that the server was started with, whichever profile a tool names. Without --stack it is looked for by its usual name, with the credentials of each call.

Exit code: 0 the client has gone, 2 it could not be started.

EXAMPLES
  iam-keys mcp                                            read-only
  iam-keys mcp --allow-changes --users 'svc-*,deploy'     changes for these users
  iam-keys mcp --profile ops --region eu-west-1 --stack Keys    a rotation of another name
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
        stack: optionalStackOption,
      },
    },
    func: working('nothing is served', async (asked: McpAsked) => work(asked)),
  });
