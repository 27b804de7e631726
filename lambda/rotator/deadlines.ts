import type { Account } from './account';

/** Time kept free at the end of an invocation for mails, notices, memory and result. */
const CLOSING_MS = 90_000;
/** The part of it that is kept for notices, memory and result. */
const RECORDING_MS = 30_000;
/** The part of that which is kept for memory and result. */
const STORING_MS = 10_000;

const before = ({ invocation }: Account, milliseconds: number): number => invocation.endsAt.getTime() - milliseconds;

/** From then on no further user is begun. */
export const stopsWorkingAt = (account: Account): number => before(account, CLOSING_MS);
/** From then on no further mail is sent. */
export const stopsMailingAt = (account: Account): number => before(account, RECORDING_MS);
/** From then on no further notice is recorded. */
export const stopsRecordingAt = (account: Account): number => before(account, STORING_MS);
/** A sweep of all users leaves half of the working time for what it finds. */
export const stopsSweepingAt = (account: Account, now: Date): number => (now.getTime() + stopsWorkingAt(account)) / 2;
