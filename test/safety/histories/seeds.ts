/** The last of the random stories. */
export const MAX_SEED = 2 ** 31 - 1;
