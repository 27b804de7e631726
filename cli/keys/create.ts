import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { accessOptions, changeOptions, optionalStackOption, outputOption, type Access, type Change, type Output } from '../base/options';
import { working } from '../base/program';
import { storeOf, userArgument, type Store } from './values';

/** What `create` is asked for. */
export interface CreateAsked extends Access, Change {
  user: string;
  to: Store;
  /** Of the rotation, by whose settings a secret is made. */
  stack?: string;
  output: Output;
}

const DESCRIPTION = `Creates a key for a user and stores it before it answers, so that no key is ever on the screen, and none gets lost.

--to secret stores it in the user's secret, Account_<account>_User_<user>_AccessKey, which that user alone can read with the key that they have: the way of the rotation. Where one is deployed, it is asked for its settings (tags, break-glass roles, key, replicas), so that the secret is the one that it would have made, and beside an active key the grace of that key begins. It says so, and asks.

The rotation is looked for where the credentials are (--profile, --region, --stack), also with --account and --role. Refused are a central store, which the rotation's own role alone writes ("iam-keys rotate" has it do so), and a user whom a rotation looks after that is not found from here.

--to profile:NAME writes it into that profile of ~/.aws/credentials (or AWS_SHARED_CREDENTIALS_FILE), which must hold no key. It is a plain second key: no grace of another key begins.

Interrupted at any moment, the key is stored, or the next "iam-keys create" for that user finds it and removes it. Two keys already: both are shown with their last use, and what to do.

It needs sts:GetCallerIdentity, iam:GetUser, ListAccessKeys, GetAccessKeyLastUsed, ListUserTags, GetRole, CreateAccessKey, TagUser and UntagUser, DeleteAccessKey and UpdateAccessKey for a key that could not be stored, secretsmanager:DescribeSecret and ListSecretVersionIds, and, for --to secret, CreateSecret, TagResource, PutSecretValue, GetResourcePolicy and PutResourcePolicy, cloudformation:DescribeStacks, and, where a rotation is deployed, cloudformation:ListStackResources and lambda:GetFunctionConfiguration.

Exit code: 0 the key is stored, 2 there is no new key.

EXAMPLES
  iam-keys create alice --to secret --dry-run   which key it would replace
  iam-keys create alice --to secret
  iam-keys create alice --to profile:alice      for yourself, on this machine`;

/** The command `create`. */
export const createCommand = (work: (asked: CreateAsked) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand<Omit<CreateAsked, 'user'>, [user: string]>({
    docs: { brief: 'a new key for a user, stored before you are told', fullDescription: DESCRIPTION },
    parameters: {
      flags: {
        to: { kind: 'parsed', parse: storeOf, placeholder: 'secret|profile:NAME', brief: 'where the key is stored' },
        ...accessOptions,
        stack: optionalStackOption,
        output: outputOption,
        ...changeOptions,
      },
      positional: userArgument,
    },
    func: working('no key was created', async (flags: Omit<CreateAsked, 'user'>, user: string) => work({ ...flags, user })),
  });
