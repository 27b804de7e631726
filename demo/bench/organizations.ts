import { MANAGEMENT, START } from '../story/organization';
import type { Sandbox } from '../../sandbox/sandbox';
import { openSandbox } from '../open-sandbox';

/** The nth member account, from 1. */
export const memberOf = (number: number): { id: string; name: string; email: string } => {
  const id = String(200_000_000_000 + number);
  return { id, name: `Account ${number}`, email: `account-${number}@example.com` };
};

/** An organization of so many accounts, the management account among them, with the app deployed; no function has run. */
export async function organizationOf(assembly: string, accounts: number, concurrency: number): Promise<Sandbox> {
  const sandbox = await openSandbox({ now: START, managementAccount: MANAGEMENT, concurrency });
  try {
    sandbox.organization.verifyIdentity(MANAGEMENT.id, 'example.com');
    for (let number = 1; number < accounts; number += 1) sandbox.organization.addAccount(memberOf(number));
    await sandbox.deploy(assembly);
    return sandbox;
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}
