/** How every command ends; docs/commands.md shows this table to people. */
export const EXIT = {
  /** Done, and nothing is wrong. */
  fine: 0,
  /** Done, and the answer is bad: problems were found, something was left, a check failed. */
  bad: 1,
  /** Not done: a wrong argument, no credentials, an error. */
  failed: 2,
  /** Done, and something is due: for programs that act on it. */
  due: 3,
  /** Ended by Ctrl-C (SIGINT). */
  interrupted: 130,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const;

/** One of the ways in which a command ends. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
