import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AccountResult } from '../../lambda/runs/schemas';
import { DroppedConnection, type Fault, type FaultSpecification } from '../../sandbox/kernel/faults';
import type { ClientConfiguration } from '../../sandbox/sandbox';
import type { AccessKey } from '../../sandbox/kernel/world';
import { actionsOf, DAY, FUNCTIONS, START, type Account, type TestOrganization } from '../helpers/sandbox-organization';

/** Runs the rotator for one account on each of these days, in order, and gives the results by day. */
export async function runOnDays(org: TestOrganization, account: Account, days: readonly number[]): Promise<Map<number, AccountResult>> {
  const results = new Map<number, AccountResult>();
  for (const day of days) {
    org.goToDay(day);
    results.set(day, await org.rotate(account));
  }
  return results;
}

/** The days from one to another, both included. */
export const days = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** The day on which each action was done to a key for the first time, `disable on day 10` each, in order. */
export function timeline(results: ReadonlyMap<number, AccountResult>, user: string, keyId: string): string[] {
  const seen = new Set<string>();
  return [...results].flatMap(([day, result]) =>
    actionsOf([result], user)
      .filter(({ action, outcome, keyId: about }) => about === keyId && outcome === 'done' && STEPS.has(action))
      .filter(({ action }) => !seen.has(action) && seen.add(action))
      .map(({ action }) => `${action} on day ${day}`),
  );
}
const STEPS: ReadonlySet<string> = new Set(['notify', 'rotate', 'disable', 'delete', 'note-inactive', 'note-reenabled']);

/** Statuses of a user's keys, oldest first. */
export const statusesOf = (org: TestOrganization, account: Account, user: string): string[] =>
  org
    .user(account, user)
    .keys.toSorted((a, b) => a.created.getTime() - b.created.getTime())
    .map(({ status }) => status);

/** Makes calls fail with an error of the service, before they have any effect. */
export const refuse = (
  org: TestOrganization,
  match: FaultSpecification['match'],
  code = 'AccessDenied',
  status = 403,
  message = `${code} on purpose`,
): Fault => org.sandbox.faults.add({ match, when: 'before', then: { kind: 'error', code, status, message } });

/** How often the app called an operation. */
export const callsTo = (org: TestOrganization, operation: string): number =>
  org.callsOfApp().filter((call) => call.operation === operation).length;

/** The key that AWSCURRENT of the user's secret holds, and whether its secret part is the right one. */
export function storedKey(org: TestOrganization, account: Account, user: string): { id: string; right: boolean } | undefined {
  const current = [...(secretOf(org, account, user)?.versions.values() ?? [])].find(({ stages }) => stages.has('AWSCURRENT'));
  const value = current && (JSON.parse(current.value) as { AccessKeyId?: string; SecretAccessKey?: string });
  if (!value?.AccessKeyId) return undefined;
  const key = org.user(account, user).keys.find(({ id }) => id === value.AccessKeyId);
  return { id: value.AccessKeyId, right: key !== undefined && key.secret === value.SecretAccessKey };
}

/** The user's secret as the sandbox holds it. */
export const secretOf = (org: TestOrganization, account: Account, user: string) =>
  [...org.sandbox.kernel.account(account.id).secrets.values()].find(
    ({ name }) => name === `Account_${account.id}_User_${user.replaceAll(',', '/2C')}_AccessKey`,
  );

/** Reads a secret over HTTP, signed with this key. */
export const readSecret = (org: TestOrganization, account: Account, key: AccessKey, secretId: string): Promise<string | undefined> =>
  readAs(org.sandbox.client(account.id, { accessKeyId: key.id, secretAccessKey: key.secret }), secretId);

/** Reads a secret over HTTP as the role `Administrator`, which may do everything in this account. */
export const readAsAdministrator = (org: TestOrganization, account: Account, secretId: string): Promise<string | undefined> =>
  readAs(org.sandbox.client(account.id), secretId);

async function readAs(configuration: ClientConfiguration, secretId: string): Promise<string | undefined> {
  const client = new SecretsManagerClient({ ...configuration, maxAttempts: 1 });
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString;
  } finally {
    client.destroy();
  }
}

/** Sets one of the rotator's variables, as a deployment with another setting would. */
export function setVariable(org: TestOrganization, name: string, change: (value: string) => string): void {
  const { environment } = org.functionNamed(FUNCTIONS.rotator);
  environment[name] = change(environment[name] ?? '');
}

/** Midnight UTC of a day after START, as results name it. */
const midnightOn = (day: number): string => `${new Date(START.getTime() + day * DAY).toISOString().slice(0, 10)}T00:00:00.000Z`;

/** The date of a day after START, as reasons name it. */
export const dateOn = (day: number): string => midnightOn(day).slice(0, 10);

/** On day 0 the rotator's process is gone when it makes this call, and nothing that it sends after that takes effect. */
export async function killedAt(
  org: TestOrganization,
  account: Account,
  operation: string,
  input: (given: Record<string, unknown>) => boolean = () => true,
): Promise<void> {
  org.disturbed = true;
  const { faults } = org.sandbox;
  let killed = 0;
  const kill = (): void => {
    killed += org.killRotator();
    throw new DroppedConnection('the process was killed');
  };
  const added = [
    faults.add({ match: { input: () => killed > 0 }, when: 'before', then: { kind: 'drop' } }),
    faults.add({ match: { operation, input }, when: 'before', then: { kind: 'call', run: kill } }),
  ];
  org.goToDay(0);
  await expect(org.rotate(account)).rejects.toThrow('signal: killed');
  expect(killed).toBe(1);
  for (const fault of added) faults.remove(fault);
  org.disturbed = false;
}

/** Whether a call tags a user with a key that was just issued. */
export const isIssuedTag = (input: Record<string, unknown>): boolean => JSON.stringify(input).includes('issued=');
