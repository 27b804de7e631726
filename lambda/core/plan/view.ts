import { daysBetween, endOf } from '../../shared/period';
import type { Promised } from '../../shared/decision';
import type { KeyState } from './key-state';
import type { Policy } from './policy';
import type { AccessKey, Told, UserFacts } from './user-facts';

/** What a decision about one key rests on. */
export interface View {
  user: UserFacts;
  policy: Policy;
  now: Date;
}

/** What our tag on the user says about a key. */
export const stateOf = ({ user }: View, { id }: AccessKey): KeyState => user.state.keys.get(id) ?? {};

/** The date that people were given for something about a key since a moment; undefined when nobody was told since. */
export function toldSince({ user }: View, { id }: AccessKey, what: Promised, since: Date): Told | undefined {
  const told = user.memory.get(id)?.told[what];
  return told && told.at >= since ? told : undefined;
}

/** A moment's day (UTC) as reasons name it. */
export const date = (at: Date): string => at.toISOString().slice(0, 10);

/** The later of two moments. */
export function latest(first: Date, second: Date | undefined): Date {
  return second && second > first ? second : first;
}

/** From then on nobody counts in hours. */
const MANY_HOURS = 14 * 24;

/** A key's age as reasons name it, in the unit of the policy. */
export function age({ policy, now }: View, key: AccessKey): string {
  if (policy.rotate.unit === 'days') return `${daysBetween(key.created, now)} days`;
  const minutes = Math.floor((now.getTime() - key.created.getTime()) / 60_000);
  const hours = Math.floor(minutes / 60);
  if (hours >= MANY_HOURS) return `${daysBetween(key.created, now)} days`;
  return minutes < 120 ? `${minutes} minutes` : `${hours} hours`;
}

/**
 * When a step may come: the date by policy, or the later one that people were given for it since its grace began. A date that was given is
 * never brought forward, whatever the settings say since; undefined when nobody was told and the policy waits for that.
 */
export function promised(view: View, key: AccessKey, step: 'disable' | 'delete', since: Date, byPolicy: Date): Date | undefined {
  const told = toldSince(view, key, step, since);
  if (told) return latest(byPolicy, told.on);
  // Whoever fetches their key needs no date.
  if (view.policy.announced) return byPolicy;
  return view.policy.untold === 'proceed' && view.now >= byPolicy ? byPolicy : undefined;
}

/** The end of the grace of a key that begins now; no earlier than a date that people were given for it before. */
export const graceFromNow = (view: View, key: AccessKey): Date =>
  notBefore(view, key, 'disable', endOf(view.policy.disableGrace, view.now));

/** A date for a step, or the later one that people were given for it, of whatever grace: their date may be told anew, and not brought forward. */
export const notBefore = ({ user }: View, { id }: AccessKey, step: 'disable' | 'delete', on: Date): Date =>
  latest(on, user.memory.get(id)?.told[step]?.on);

/** The end of the recovery time of a key that is disabled now; no earlier than a date that people were given for its deletion before. */
export const recoveryFromNow = (view: View, key: AccessKey): Date =>
  notBefore(view, key, 'delete', endOf(view.policy.deleteGrace, view.now));
