/** What a person does about a failure, by what AWS or this project calls it; the first that fits. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/^UnreadableResult|^UnreadableManifest/, 'Look at the object in the results bucket; the next run writes a new one.'],
  [
    /^AccessDenied|^UnauthorizedOperation/,
    'A role lacks a permission, or a policy of the organization refuses it: iam-keys doctor names it.',
  ],
  [/^AccountFailed/, 'Nothing was changed in the account. iam-keys doctor says whether the member role is there and may be assumed.'],
  [/^LimitExceeded|^ServiceQuota/, 'A quota of the account is reached: delete what nobody needs, or ask AWS for more.'],
  [
    /^Throttl|^TooManyRequests|^RequestLimit|^SlowDown/,
    'AWS limits the rate of calls. The next run tries again; nothing is to be done unless it lasts.',
  ],
  [/^NobodyTold/, 'No mail was accepted, so the step waits: give the account or the owner tag an address that takes mail.'],
  [/^UndeliverableError/, 'Nothing is delivered to the address any more: name another one, or take it off the suppression list of SES.'],
  [/^UndeliveredMail/, 'SES took the mail and did not deliver it; the message says why: mend the template, the sender or the address.'],
  [/^StepPutOff/, 'Somebody or something undoes each step. The message says what; CloudTrail says who.'],
  [
    /^MessageRejected|^MailFromDomain|^SendingPaused|^AccountSuspended/,
    'SES refuses the mail: verify the sender, or leave the SES sandbox.',
  ],
  [/^NoSuchEntity/, 'What was to be changed is gone. The next run looks again.'],
  [/^SecretUnusable|^ResourceExists|^InvalidRequest/, 'The secret is not ours, or is being deleted: remove or restore it.'],
  [/^KeyNotStored/, 'The new key was removed again, and the old one works. The message says why it could not be stored.'],
  [
    /^KeyNotProven/,
    'The new key was removed again, and the old one works. The next run tries again; nothing is to be done unless it lasts.',
  ],
  [/^PolicyNotRunning/, 'The schedule of the policy is off, or its runs do not begin: iam-keys doctor looks at both.'],
  [/^InvalidAddress/, 'Give the owner tag, or the account, an address that takes mail.'],
  [/^TagsFull/, 'The user has no room for our tags: IAM allows 50. Take off what nobody needs.'],
  [/Timeout|^OutOfTime|^ECONN|^NetworkingError/, 'AWS did not answer in time. The next run tries again.'],
];

/** What to do about a failure of this name; undefined for one that nothing is known of. */
export const knownRemedyFor = (error: string): string | undefined => REMEDIES.find(([pattern]) => pattern.test(error))?.[1];

/** What to do about a failure of this name, for people who may know nothing of the rotation. */
export const remedyForReaders = (error: string): string =>
  knownRemedyFor(error) ?? 'Should the next mail say so again, show it to whoever runs the rotation.';

/** What to do about a failure of this name. */
export const remedyFor = (error: string): string =>
  knownRemedyFor(error) ?? 'docs/runbook.md tells what to do; the account’s own result holds every detail.';
