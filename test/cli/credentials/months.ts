import { DAY, TEAM, type TestOrganization } from '../../helpers/sandbox-organization';
import type { Machine } from './machine';

/** Keys are 60 days old on day 0: rotated on day 30, disabled on 40, deleted on 50, and their successors are rotated on day 120. */
const AGE_DAYS = 60;
/** Days on which the rotation runs, after programs have made their calls; on others nothing happens to these keys. */
const DAYS = [0, 29, 30, 31, 40, 41, 50, 51, 90, 119, 120, 121, 130, 131];

/** What happened to the programs of a machine. */
export interface Lived {
  /** Calls that failed, with their day. */
  failed: string[];
  /** The keys by which each program called, in order. */
  keys: Record<string, string[]>;
}

/** A laptop whose program asks `iam-keys credentials`, and a server whose program reads what `iam-keys sync` writes. */
export const USERS = { laptop: 'laptop-user', server: 'server,user' } as const;

/** The users, with their keys pasted into the machine. */
export function populate(org: TestOrganization, machine: Machine, start: number): void {
  const people = org.sandbox.people(TEAM.id);
  for (const [profile, name] of Object.entries(USERS)) {
    people.addUser({ name });
    const created = new Date(start - AGE_DAYS * DAY);
    machine.paste(profile, people.addAccessKey(name, { created, lastUsed: new Date(start - DAY) }));
  }
}

/**
 * Lives through 131 days: on each, or on those that are given, every program makes a call; then the rotation runs. Nobody else does anything.
 */
export async function live(
  org: TestOrganization,
  machine: Machine,
  start: number,
  programs: Readonly<Record<string, () => Promise<string>>>,
  callsOn: readonly number[] = DAYS,
): Promise<Lived> {
  const lived: Lived = { failed: [], keys: {} };
  for (const day of DAYS) {
    org.sandbox.clock.set(new Date(start + day * DAY));
    const { status, error } = await machine.keys('sync', '--profile', 'server');
    if (status !== 0) lived.failed.push(`day ${day}: sync: ${error}`);
    for (const [name, call] of callsOn.includes(day) ? Object.entries(programs) : []) {
      const key = await call();
      if (!/^AKIA\w+$/.test(key)) lived.failed.push(`day ${day}: ${name}: ${key}`);
      else if (lived.keys[name]?.at(-1) !== key) (lived.keys[name] ??= []).push(key);
    }
    await org.rotate(TEAM);
  }
  return lived;
}
