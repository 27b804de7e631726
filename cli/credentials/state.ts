/** An access key that we hold, with its secret. */
export interface HeldKey {
  id: string;
  secret: string;
  /** When AWS made it; ISO 8601, absent while nobody has told us. */
  created?: string;
  /** Since when we have it; ISO 8601. */
  since: string;
}

/** Whose key it is; the user id stays when a user is renamed. */
export interface UserIdentity {
  account: string;
  userId: string;
  arn: string;
}

/** The name in a user's ARN, behind its path. */
export const userNameOf = ({ arn }: UserIdentity): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Where the user's new keys are stored: a secret's name in the user's own account, or its whole ARN. */
export interface SecretPlace {
  id: string;
  region: string;
}

/** A key that `rotate --self` is about to make, or has made; what is not in `before` and was made then is ours. */
export interface Intent {
  /** By AWS's clock; ISO 8601. */
  at: string;
  before: readonly string[];
}

/** A key whose successor is in use. */
export interface Retiring {
  id: string;
  /** Since when its successor is in use; ISO 8601. */
  since: string;
  /** Since when it is inactive. */
  inactiveSince?: string;
}

/** All that we know of one profile; the content of its private file. */
export interface ProfileState {
  version: 1;
  profile: string;
  /** Where programs read the key: from this file through `credential_process`, or from the credentials file. */
  home: 'private' | 'shared';
  user: UserIdentity;
  secret: SecretPlace;
  /** The key in use, which AWS has accepted. */
  current: HeldKey;
  /** The one before, for as long as it may still be of use. */
  previous?: HeldKey;
  /** Made by `rotate --self` and not yet proven. */
  next?: HeldKey;
  /** When we last looked for a successor; ISO 8601. */
  lookedAt: string;
  /** Before that there is no need to look again; ISO 8601. */
  nextLookAt: string;
  /** How long the last key but one lived until its successor was made, in milliseconds. */
  lifeMs?: number;
  /** AWS refused the key at the last look, and there is no other. */
  refused?: true;
  /** The key in the credentials file changed, and what `sync` shall run after that has not been run to its end. */
  owed?: true;
  intents?: readonly Intent[];
  retiring?: readonly Retiring[];
}

/** Reads a private file's text; undefined when it is not ours or not of this profile. */
export function parseState(text: string, profile: string): ProfileState | undefined {
  let state: Partial<ProfileState> | null;
  try {
    state = JSON.parse(text) as Partial<ProfileState> | null;
  } catch {
    return undefined;
  }
  const complete =
    state?.version === 1 &&
    state.profile === profile &&
    isKey(state.current) &&
    isText(state.lookedAt) &&
    isText(state.nextLookAt) &&
    isText(state.user?.userId) &&
    isText(state.secret?.id);
  return complete ? (state as ProfileState) : undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isKey = (key: HeldKey | undefined): boolean => isText(key?.id) && isText(key.secret) && isText(key.since);

/** What is known of a profile, but for these parts. */
export function without(state: ProfileState, ...parts: ('next' | 'owed' | 'refused')[]): ProfileState {
  const rest = { ...state };
  for (const part of parts) Reflect.deleteProperty(rest, part);
  return rest;
}
