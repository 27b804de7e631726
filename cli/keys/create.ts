import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { accessOptions, changeOptions, outputOption, type Access, type Change, type Output } from '../base/options';
import { working } from '../base/program';
import { storeOf, userArgument, type Store } from './values';

/** What `create` is asked for. */
export interface CreateAsked extends Access, Change {
  user: string;
  to: Store;
  output: Output;
}

const DESCRIPTION = `Creates a key for a user and stores it before it answers, so that no key is ever on the screen, and none gets lost.

--to secret stores it in the user's secret, Account_<account>_User_<user>_AccessKey, which that user alone can read with the key that they have: the way of the rotation. Beside an active key, this replaces that key: where the rotation is deployed, its grace begins, and it is disabled when that is over. It says so, and asks.

--to profile:NAME writes it into that profile of ~/.aws/credentials (or AWS_SHARED_CREDENTIALS_FILE), which must hold no key. It is a plain second key: no grace of another key begins.

Interrupted at any moment, the key is stored, or the next "iam-keys create" for that user finds it and removes it. Two keys already: both are shown with their last use, and what to do.

It needs sts:GetCallerIdentity, iam:GetUser, ListAccessKeys, GetAccessKeyLastUsed, ListUserTags, CreateAccessKey, TagUser and UntagUser, DeleteAccessKey and UpdateAccessKey for a key that could not be stored, secretsmanager:DescribeSecret and ListSecretVersionIds, and, for --to secret, CreateSecret, TagResource, PutSecretValue, GetResourcePolicy and PutResourcePolicy.

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
        output: outputOption,
        ...changeOptions,
      },
      positional: userArgument,
    },
    func: working('no key was created', async (flags: Omit<CreateAsked, 'user'>, user: string) => work({ ...flags, user })),
  });
