import type { Decision } from '../../lambda/shared/decision';
import type { AccessKey, UserFacts } from '../../lambda/core/plan/user-facts';
import { plan } from '../../lambda/core/plan/plan';
import type { Policy } from '../../lambda/core/plan/policy';
import { keyTag, readState, writeKeyState, type KeyState } from '../../lambda/core/plan/key-state';
import { userFacts } from './facts';

/** A step that a run took. */
export interface Taken {
  at: Date;
  action: Decision['action'];
  keyId: string;
}

/** One user in memory, on whom a run does what `plan` says: time passes only between runs. */
export class SimulatedUser {
  keys: AccessKey[];
  readonly tags = new Map<string, string>();
  readonly taken: Taken[] = [];
  current: string | undefined;
  private readonly versions = new Set<string>();
  private issued = 0;

  constructor(
    keys: readonly AccessKey[],
    private readonly policy: Policy,
  ) {
    this.keys = [...keys];
  }

  facts(now: Date): UserFacts {
    const keys = this.keys.toSorted((a, b) => a.created.getTime() - b.created.getTime());
    return userFacts({
      keys,
      tags: Object.fromEntries(this.tags),
      ...(this.current !== undefined && { current: this.current }),
      versions: [...this.versions],
      now,
    });
  }

  /** What the next run would decide; nothing changes. */
  next(now: Date): Decision[] {
    return plan(this.facts(now), this.policy, now);
  }

  run(now: Date): void {
    for (const decision of this.next(now)) {
      if (decision.action === 'forget') for (const tagKey of decision.tagKeys) this.tags.delete(tagKey);
      if (!('keyId' in decision)) continue;
      this.take(decision, now);
      if (decision.action !== 'wait' && decision.action !== 'warn')
        this.taken.push({ at: now, action: decision.action, keyId: decision.keyId });
    }
  }

  /** A person changes a key's status. */
  setStatus(keyId: string, status: AccessKey['status']): void {
    this.keys = this.keys.map((key) => (key.id === keyId ? { ...key, status } : key));
  }

  private take(decision: Decision & { keyId: string }, now: Date): void {
    const { action, keyId } = decision;
    if (action === 'rotate') this.issue(now);
    if (action === 'disable') this.setStatus(keyId, 'Inactive');
    if (action === 'disable' || action === 'note-inactive') this.remember(keyId, now, { inactive: now });
    if (action === 'note-reenabled') this.tags.set(keyTag(keyId), writeKeyState({ reenabled: now, times: decision.times }));
    if (action === 'notify') {
      const other = this.keys.find((key) => key.id !== keyId && key.status === 'Active');
      this.remember(keyId, now, { notice: now, noticeBeside: other?.id ?? 'none' });
    }
    if (action === 'delete') {
      this.keys = this.keys.filter((key) => key.id !== keyId);
      this.tags.delete(keyTag(keyId));
    }
  }

  private issue(now: Date): void {
    const id = `AKIASUCCESSOR0000${String(++this.issued).padStart(3, '0')}`;
    if (this.keys.length > 1) throw new Error('LimitExceeded: a third key');
    this.keys.push({ id, status: 'Active', created: now, lastUsed: 'never' });
    this.current = id;
    this.versions.add(id);
  }

  private remember(keyId: string, now: Date, more: KeyState): void {
    const created = new Map(this.keys.map((key) => [key.id, key.created]));
    const state = readState(this.tags, created, now).keys.get(keyId);
    this.tags.set(keyTag(keyId), writeKeyState({ ...state, ...more }));
  }
}
