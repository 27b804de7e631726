import { DAY_MS } from '../../lambda/shared/period';
import type { AccountResult } from '../../lambda/runs/schemas';
import type { Sandbox } from '../../sandbox/sandbox';
import { memoryPath, memoryText, objectOf } from '../remembered';

/** The account that is measured. */
export const ACCOUNT = { id: '222233334444', name: 'Measured', email: 'measured@example.com' };

/** A kind of day in the life of an account. */
export interface Scenario {
  name: string;
  /** The part of the users whose key is due. */
  dueShare: number;
  /** How the rotator chooses users on that day. */
  coverage: AccountResult['coverage'];
}

/** The days that are measured. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'quiet day, nothing due', dueShare: 0, coverage: 'report' },
  { name: 'weekly sweep, nothing due', dueShare: 0, coverage: 'sweep' },
  { name: '3 % due', dueShare: 0.03, coverage: 'report' },
  { name: 'everything due', dueShare: 1, coverage: 'report' },
];

/** Far from every step and its warning. */
const YOUNG_DAYS = 30;
const DUE_DAYS = 90;

/** How many of an account's users are due: at least one when any is. */
export const dueUsers = ({ dueShare }: Scenario, users: number): number => Math.ceil(dueShare * users);

/** Fills the account with users of one active, used key each, the due ones first, whom earlier runs have seen. */
export function populate(sandbox: Sandbox, scenario: Scenario, users: number): void {
  const due = dueUsers(scenario, users);
  addUsers(sandbox, users, (number) => (number < due ? DUE_DAYS : YOUNG_DAYS));
  rememberUsers(sandbox);
}

/** Adds the account's keys to what the rotator remembers of it, as a run that saw them does. */
function rememberUsers(sandbox: Sandbox): void {
  const path = memoryPath(ACCOUNT.id);
  const now = sandbox.clock.now();
  const users = [...sandbox.kernel.account(ACCOUNT.id).users.values()];
  const keys = users.flatMap(({ name, keys: all }) => all.map(({ id, created }) => [id, { user: name, created, active: true }] as const));
  const objects = [...sandbox.world.accounts.values()].flatMap(({ buckets }) => [...buckets.values()].map((bucket) => bucket.objects));
  const text = memoryText(Object.fromEntries(keys), now);
  for (const stored of objects.filter((one) => one.has(path))) stored.set(path, objectOf(text, now));
}

/** Adds users of one active, used key each, its age in days by the user's number from 0. */
export function addUsers(sandbox: Sandbox, users: number, ageOf: (number: number) => number, account = ACCOUNT.id): void {
  const now = sandbox.clock.now().getTime();
  const people = sandbox.people(account);
  for (let number = 0; number < users; number += 1) {
    const name = `user-${String(number + 1).padStart(4, '0')}`;
    people.addUser({ name });
    people.addAccessKey(name, { created: new Date(now - ageOf(number) * DAY_MS), lastUsed: new Date(now - DAY_MS) });
  }
}
