import { accountId } from './values';

/** How the deployed stack is called when nobody says otherwise. */
export const STACK = 'IamKeyRotation';

/** `--stack`, the same for every command that works on a deployment. */
export const stackOption = {
  kind: 'parsed',
  parse: String,
  placeholder: 'name',
  default: STACK,
  brief: 'name of the deployed stack',
} as const;

/** `--stack`, for commands that work without a deployment, too. */
export const optionalStackOption = {
  ...stackOption,
  default: undefined,
  optional: true,
  brief: `${stackOption.brief} (default: ${STACK}); one that is not there is an error`,
} as const;

/** An option without a value, off unless it is given. */
export const off = (brief: string) => ({ kind: 'boolean', brief, default: false, withNegated: false }) as const;

/** How a command reaches AWS: with which credentials, where. */
export interface Access {
  profile?: string;
  region?: string;
  /** Entered through `role`, which must let the credentials in. */
  account?: string;
  role?: string;
}

const profile = {
  kind: 'parsed',
  parse: String,
  placeholder: 'name',
  optional: true,
  brief: 'profile of ~/.aws/config and ~/.aws/credentials (default: AWS_PROFILE)',
} as const;
const region = {
  kind: 'parsed',
  parse: String,
  placeholder: 'name',
  optional: true,
  brief: 'AWS region (default: AWS_REGION, or that of the profile)',
} as const;

/** `--profile` and `--region`, for commands that work where the credentials are. */
export const placeOptions = { profile, region } as const;

/** `--profile`, `--region`, and `--account` with `--role`, for commands that work in any one account. */
export const accessOptions = {
  ...placeOptions,
  account: {
    kind: 'parsed',
    parse: accountId,
    placeholder: 'id',
    optional: true,
    brief: 'another account, entered through --role (default: that of the credentials)',
  },
  role: {
    kind: 'parsed',
    parse: String,
    placeholder: 'name',
    optional: true,
    brief: 'name of the role to take in --account; it must trust you',
  },
} as const;

/** In which forms a command answers. */
export const OUTPUTS = ['table', 'json', 'csv'] as const;
/** One of these forms. */
export type Output = (typeof OUTPUTS)[number];

/** `--output`. */
export const outputOption = { kind: 'enum', values: OUTPUTS, default: 'table', brief: 'for people, or for programs' } as const;

/** `--yes` and `--dry-run`, for commands that change something. */
export const changeOptions = { yes: off('do it without asking'), dryRun: off('say what would be done; change nothing') } as const;

/** What a command that changes something was told about that. */
export interface Change {
  yes: boolean;
  dryRun: boolean;
}
