/** The `source` of every event that the rotation puts on the default event bus; the rotator's role allows no other. */
export const EVENT_SOURCE = 'iam-key-rotation';

/** Where the functions put their metrics. */
export const METRICS_NAMESPACE = 'IamKeyRotation';

/** What the keys of all our tags begin with; the member role may set no other tag of a user. */
export const TAG_PREFIX = 'key-rotation:';

/** Marks a secret as the rotation's: a secret of the right name without it is never written to, and roles may write to no other. */
export const MANAGED_TAG = { Key: `${TAG_PREFIX}managed`, Value: 'true' } as const;

/** The metric that counts the accounts that runs of a policy were started for. */
export const policyRunsMetric = (policy: string): string => `AccountsDispatchedFor-${policy}`;
