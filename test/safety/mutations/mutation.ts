/** One seeded bug: a guard of a never-rule that is taken away, and the tests that must notice. */
export interface Mutation {
  /** What the bug is, in words. */
  bug: string;
  /** The never-rule that it breaks. */
  rule: string;
  file: string;
  /** Exact text, which the file holds exactly once. */
  find: string;
  replace: string;
  /** Test files or folders, the fast ones first; those that need the sandbox synthesize the mutated app. */
  tests: readonly string[];
}

/** The never-rules that mutations break, as docs/safety.md names them. */
export const RULES = {
  delete: 'no active key is deleted, and no inactive one before its recovery time',
  active: 'nobody who had an active key is left without one',
  grace: 'a key is disabled only after its grace, with its successor stored or people told',
  evidence: 'nobody who cannot change the user makes a step come earlier',
  promise: 'no step comes untold, and no date that people were given is brought forward',
  nobodys: 'no successor that nobody has is a reason to disable or delete another key',
  lost: 'every key that we issue is in its secret, or removed by the next run',
  once: 'one key per user and step',
  exempt: 'exempt users are never touched',
  dryRun: 'dry run changes nothing',
  steps: 'no step in the same run as the step before it',
  secrecy: 'no secret leaves the secret, which only its user reads',
  handout: 'the key API hands a key to exactly the clients that were granted its user, and tells of it',
  others: 'keys of people are never removed by clean-up, nor secrets of users who are there',
  scope: 'only the accounts and users asked for, and all of them',
  honest: 'nothing fails silently',
  proof: 'what runs did is in the evidence once, as it was, and a change of it is named',
} as const;
