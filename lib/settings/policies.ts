import { z } from 'zod';
import { schedule } from './schedule';
import { list, object, period, periods, text } from './values';

const step = period('10m', '3650d');

const onePolicy = z.strictObject(
  {
    name: text(
      /^(?=.{1,20}$)[a-z](?:-?[a-z0-9])*$/,
      'must be 1 to 20 lower-case letters, digits and single dashes, and begin with a letter',
    ),
    groups: list(/^[\w+=,.@-]{1,128}$/, 'must be an IAM group name: 1 to 128 letters, digits or +=,.@_-').default([]),
    paths: list(
      /^\/(?:[\x21-\x2e\x30-\x7e]+\/)+$/,
      'must be the path of IAM users, beginning and ending with a slash, such as /minutes/',
    ).default([]),
    rotate: step,
    disable: step,
    delete: step,
    warn: periods('1m', '3650d').optional(),
    schedule,
    accounts: list(/^\d{12}$/, 'must be an account id: 12 digits in quotes').optional(),
  },
  'must be an object such as {"name":"fast","groups":["minutes"],"rotate":"10m","disable":"12m","delete":"15m","schedule":"rate(1 minute)"}',
);

/** What a policy beside the deployment's own may hold. */
export const POLICY_KEYS: readonly string[] = Object.keys(onePolicy.shape);

/** Who may tag a colleague could have their key switched off in minutes. */
export const refusesTag = (key: string): boolean => /tag/i.test(key);

/** Policies beside the deployment's own, on the command line as JSON. */
export const policies = object(
  z.array(onePolicy, 'must be a list of policies: docs/policies.md').min(1, 'must be a list of policies, at least one: docs/policies.md'),
);

/** One of them, checked; periods stay in their notation. */
export type PolicySettings = z.output<typeof onePolicy>;
