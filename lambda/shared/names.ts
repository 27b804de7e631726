/** The `source` of every event that the rotation puts on the default event bus; the rotator's role allows no other. */
export const EVENT_SOURCE = 'iam-key-rotation';

/** Where the functions put their metrics. */
export const METRICS_NAMESPACE = 'IamKeyRotation';

/** What the keys of all our tags begin with; the member role may set no other tag of a user. */
export const TAG_PREFIX = 'key-rotation:';
