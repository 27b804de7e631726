import { buildCommand, buildRouteMap, type Command, type CommandContext, type RouteMap } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { changeOptions, off, outputOption, placeOptions, stackOption, type Access, type Change, type Output } from '../base/options';
import { working } from '../base/program';

/** Where every one of these commands works. */
export interface ApiClientsAsked extends Pick<Access, 'profile' | 'region'> {
  stack: string;
  output: Output;
}

/** What is asked about one client. */
export interface OneClientAsked extends ApiClientsAsked {
  client: string;
}

/** What `show` is asked for. */
export interface ShowAsked extends OneClientAsked {
  yes: boolean;
}

/** What `rotate` is asked for. */
export interface RotateClientAsked extends OneClientAsked, Change {
  /** Switch the older key off, instead of making one. */
  finish: boolean;
}

/** What does the work of each command; loaded when it works. */
export interface ApiClientWork {
  list: (asked: ApiClientsAsked) => Promise<ExitCode>;
  show: (asked: ShowAsked) => Promise<ExitCode>;
  rotate: (asked: RotateClientAsked) => Promise<ExitCode>;
  revoke: (asked: OneClientAsked & Change) => Promise<ExitCode>;
  cleanup: (asked: ApiClientsAsked & Change) => Promise<ExitCode>;
}

const WHERE = `It works with your credentials in the account that the rotation is deployed in, and reads there which clients the deployed settings grant what (keyApi.clients, docs/key-api.md). It needs cloudformation:DescribeStacks, ListStackResources and GetTemplateSummary, and apigateway:GET on /apikeys and /usageplans`;

const flags = { stack: stackOption, ...placeOptions, output: outputOption };
const client = {
  kind: 'tuple',
  parameters: [{ brief: 'a client of keyApi.clients', parse: String, placeholder: 'client' }],
} as const;

const list = (work: ApiClientWork['list']): Command<CommandContext> =>
  buildCommand<ApiClientsAsked>({
    docs: {
      brief: 'clients of the key API, what they were granted, and their API keys',
      fullDescription: `Lists the clients of the key API: the users that each was granted, and its API keys with their state, never their values.

${WHERE}.

Exit code: 0 listed, 2 it could not be done, 3 listed, and a rotation is unfinished, a client has no key that is on, or a key is left of a client that is gone.

EXAMPLES
  iam-keys api-client list
  iam-keys api-client list --output json | jq '.clients[] | select(.client == "billing")'`,
    },
    parameters: { flags },
    func: working('could not list', work),
  });

const show = (work: ApiClientWork['show']): Command<CommandContext> =>
  buildCommand<Omit<ShowAsked, 'client'>, [string]>({
    docs: {
      brief: 'the API key of a client: to a pipe, to a terminal after asking',
      fullDescription: `Writes the value of a client's API key: the newest that is on. It is a secret: into a pipe or a file it goes as it is, on a terminal you are asked first. Give it to the client once, through a place for secrets, such as a file that only its user can read (iam-keys credentials --api-key-file).

${WHERE}, and apigateway:GET on /apikeys/KEY.

Exit code: 0 shown, 1 you said no, 2 it could not be done.

EXAMPLES
  iam-keys api-client show billing > api-key                (umask 077 first)
  iam-keys api-client show billing | vault kv put secret/billing api-key=-`,
    },
    parameters: { flags: { ...flags, yes: off('show it on a terminal without asking') }, positional: client },
    func: working('showed nothing', async (asked: Omit<ShowAsked, 'client'>, name: string) => work({ ...asked, client: name })),
  });

const rotate = (work: ApiClientWork['rotate']): Command<CommandContext> =>
  buildCommand<Omit<RotateClientAsked, 'client'>, [string]>({
    docs: {
      brief: 'a second API key for a client, and then the first one off',
      fullDescription: `Replaces the API key of a client in two steps. The first makes a second key beside the one in use and writes it as "show" does: both work, for as long as the client needs. The second, --finish, switches the older one off. A client has two keys that are on at most; nothing is switched off before you say so.

${WHERE}, and apigateway:POST on /apikeys and /usageplans/PLAN/keys; with --finish apigateway:PATCH on /apikeys/KEY.

Exit code: 0 done, or there was nothing to finish, 1 you said no, 2 it could not be done.

EXAMPLES
  iam-keys api-client rotate billing > new-api-key          now give it to the client
  iam-keys api-client rotate billing --finish               once the client has it: the older key is off`,
    },
    parameters: {
      flags: { ...flags, ...changeOptions, finish: off('switch the older key off') },
      positional: client,
    },
    func: working('rotated nothing', async (asked: Omit<RotateClientAsked, 'client'>, name: string) => work({ ...asked, client: name })),
  });

const revoke = (work: ApiClientWork['revoke']): Command<CommandContext> =>
  buildCommand<Omit<OneClientAsked & Change, 'client'>, [string]>({
    docs: {
      brief: 'every API key of a client off, at once',
      fullDescription: `Switches every API key of a client off, at once: no new token, no access key for it from then on. A token that it has still opens GET /session, where that is deployed, for five minutes at most, and temporary credentials live on for 15 minutes: AWS revokes neither. The access keys that it has seen stay as they are: rotate or deactivate them (iam-keys rotate, iam-keys deactivate). "rotate" gives the client a new key.

${WHERE}, and apigateway:PATCH on /apikeys/KEY.

Exit code: 0 revoked, or there was nothing that is on, 1 you said no, 2 it could not be done.

EXAMPLES
  iam-keys api-client revoke billing`,
    },
    parameters: { flags: { ...flags, ...changeOptions }, positional: client },
    func: working('revoked nothing', async (asked: Omit<OneClientAsked & Change, 'client'>, name: string) =>
      work({ ...asked, client: name }),
    ),
  });

const cleanup = (work: ApiClientWork['cleanup']): Command<CommandContext> =>
  buildCommand<ApiClientsAsked & Change>({
    docs: {
      brief: 'API keys away that nobody needs: of clients that are gone, and those that were rotated',
      fullDescription: `Deletes the API keys that "rotate" made and that nobody needs any more: those of clients that are not in the deployed settings, those that are off, and those that an interrupted "rotate" left outside every usage plan. What the stack itself made goes with the stack's own update, and is never touched here.

${WHERE}, and apigateway:DELETE on /apikeys/KEY.

Exit code: 0 deleted, or there was nothing, 1 you said no, 2 it could not be done.

EXAMPLES
  iam-keys api-client cleanup --dry-run
  iam-keys api-client cleanup --yes`,
    },
    parameters: { flags: { ...flags, ...changeOptions } },
    func: working('deleted nothing', work),
  });

/** The commands `api-client …`. */
export const apiClientCommands = (work: ApiClientWork): RouteMap<CommandContext> =>
  buildRouteMap({
    docs: {
      brief: 'clients of the key API: list, show, rotate and revoke their API keys, clean up',
      fullDescription: `Looks after the API keys of the clients of the key API (docs/key-api.md). Each command has --help.

Exit code: 0 done, 1 you said no, 2 it could not be done, 3 (list) something is due.

EXAMPLES
  iam-keys api-client list
  iam-keys api-client rotate billing > new-api-key     both keys work, until
  iam-keys api-client rotate billing --finish          says so`,
    },
    routes: {
      list: list(work.list),
      show: show(work.show),
      rotate: rotate(work.rotate),
      revoke: revoke(work.revoke),
      cleanup: cleanup(work.cleanup),
    },
  });
