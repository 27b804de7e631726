import { setTimeout as wait } from 'node:timers/promises';
import type { Sandbox } from '../../../sandbox/sandbox';

/** Resolves when no call is under way any more: one that its caller gave up on may still take effect. */
export async function settled({ calls }: Sandbox): Promise<void> {
  while (calls.some(({ outcome }) => outcome === 'pending')) await wait(10);
}
