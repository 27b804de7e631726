/** The name of the failure that says that nobody was told of a step. */
export const NOBODY_TOLD_ERROR = 'NobodyToldError';
