import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployStack } from '../../sandbox/cloudformation/stack';
import type { KmsKey } from '../../sandbox/kernel/world';
import type { Account, TestOrganization } from './sandbox-organization';

/** The alias of a key of yours. */
export const ALIAS = 'alias/key-rotation';

/** Deploys the key of docs/secrets.md into an account, as its template makes it. */
export async function deployKey({ sandbox }: TestOrganization, account: Account): Promise<KmsKey> {
  const { kernel, url } = sandbox;
  const template: unknown = JSON.parse(readFileSync(join(__dirname, '..', '..', 'docs', 'kms-key.template.json'), 'utf8'));
  const context = { kernel, url, account: account.id, region: kernel.region, assets: new Map<string, string>() };
  const now = sandbox.clock.now();
  await deployStack(context, { name: 'key-rotation-key', template, parameters: {} });
  sandbox.clock.set(now);
  return [...kernel.account(account.id).keys.values()].find(({ aliases }) => aliases.has(ALIAS))!;
}
