/**
 * Time kept free at the end of an invocation, in milliseconds, one phase after the other. A call that was begun may take 15 s to fail
 * (`clientDefaults`), so that each phase begins that much after the last call of the one before, and the result is stored in any case.
 */
const CLOSING_MS = { working: 150_000, lookingUp: 120_000, calling: 60_000, mailing: 40_000, recording: 25_000, publishing: 15_000 };

/** Looking up who uses keys takes no longer, however much time is left. */
const MAX_LOOKING_UP_MS = 180_000;

/** When Lambda ends an invocation. */
interface Ending {
  endsAt: Date;
}

const before = ({ endsAt }: Ending, milliseconds: number): Date => new Date(endsAt.getTime() - milliseconds);

/** From then on no further user is begun. */
export const stopsWorkingAt = (invocation: Ending): Date => before(invocation, CLOSING_MS.working);
/** From then on nobody is asked who uses a key: mails come first. */
export const stopsLookingUpAt = (invocation: Ending, now: Date): Date =>
  new Date(Math.min(now.getTime() + MAX_LOOKING_UP_MS, before(invocation, CLOSING_MS.lookingUp).getTime()));
/** From then on no call about a user is begun: whoever is slow is left to the next run. */
export const stopsCallingAt = (invocation: Ending): Date => before(invocation, CLOSING_MS.calling);
/** From then on no mail is sent. */
export const stopsMailingAt = (invocation: Ending): Date => before(invocation, CLOSING_MS.mailing);
/** From then on no notice is recorded; memory and result remain to be written. */
export const stopsRecordingAt = (invocation: Ending): Date => before(invocation, CLOSING_MS.recording);
/** From then on no event is published. */
export const stopsPublishingAt = (invocation: Ending): Date => before(invocation, CLOSING_MS.publishing);
/** A sweep of all users leaves half of the working time for what it finds. */
export const stopsSweepingAt = (invocation: Ending, now: Date): Date =>
  new Date((now.getTime() + stopsWorkingAt(invocation).getTime()) / 2);
