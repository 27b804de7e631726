import type { Decision, Promised } from '../../lambda/shared/decision';
import { promisedBy } from '../../lambda/shared/actions';
import type { AccessKey, Remembered, Told, UserFacts } from '../../lambda/core/plan/user-facts';
import { plan } from '../../lambda/core/plan/plan';
import type { Policy } from '../../lambda/core/plan/policy';
import { keyTag, readState, writeIntent, writeKeyState, type KeyState } from '../../lambda/core/plan/key-state';
import { userFacts } from './facts';

/** A step that a run took. */
export interface Taken {
  at: Date;
  action: Decision['action'];
  keyId: string;
}

/** One user in memory, on whom a run does what `plan` says, and tells people at its end: time passes only between runs. */
export class SimulatedUser {
  keys: AccessKey[];
  readonly tags = new Map<string, string>();
  readonly taken: Taken[] = [];
  /** What people were told of each key, as the rotator remembers it. */
  readonly memory: Record<string, Remembered> = {};
  current: string | undefined;
  /** Whether SES accepts mails. */
  reachable = true;
  policy: Policy;
  private readonly versions = new Set<string>();
  private since: Date | undefined;
  private issued = 0;

  constructor(keys: readonly AccessKey[], policy: Policy) {
    this.keys = [...keys];
    this.policy = policy;
  }

  facts(now: Date): UserFacts {
    const keys = this.keys.toSorted((a, b) => a.created.getTime() - b.created.getTime());
    return userFacts({
      keys,
      tags: Object.fromEntries(this.tags),
      ...(this.current !== undefined && { current: this.current }),
      ...(this.since && { since: this.since }),
      versions: [...this.versions],
      issued: [],
      memory: this.memory,
      now,
    });
  }

  /** What the next run would decide; nothing changes. */
  next(now: Date): Decision[] {
    return plan(this.facts(now), this.policy, now);
  }

  run(now: Date): void {
    const decisions = this.pass(now);
    // A key that nobody has makes room for another one in the same run.
    if (decisions.some(({ action }) => action === 'remove-orphan')) decisions.push(...this.pass(now));
    if (this.reachable) for (const decision of decisions) this.tell(decision, now);
  }

  /** A person changes a key's status. */
  setStatus(keyId: string, status: AccessKey['status']): void {
    this.keys = this.keys.map((key) => (key.id === keyId ? { ...key, status } : key));
  }

  /** Somebody deletes the user's secret for good. */
  loseSecret(): void {
    this.versions.clear();
    this.current = undefined;
    this.since = undefined;
  }

  private pass(now: Date): Decision[] {
    const decisions = this.next(now);
    for (const decision of decisions) {
      if (decision.action === 'forget') for (const tagKey of decision.tagKeys) this.tags.delete(tagKey);
      if (decision.action === 'note-unfinished') {
        const { tagKey, ...intent } = decision.intent;
        this.tags.set(tagKey, writeIntent({ ...intent, seen: now }));
      }
      if (!('keyId' in decision)) continue;
      this.take(decision, now);
      if (decision.action !== 'wait' && decision.action !== 'warn')
        this.taken.push({ at: now, action: decision.action, keyId: decision.keyId });
    }
    return decisions;
  }

  private take(decision: Decision & { keyId: string }, now: Date): void {
    const { action, keyId } = decision;
    if (action === 'rotate') {
      const { issued, inactive, times = 0 } = this.stateOf(keyId, now);
      if (inactive) this.tags.set(keyTag(keyId), writeKeyState({ ...(issued && { issued }), reenabled: now, times: times + 1 }));
      this.issue(now);
    }
    if (action === 'disable') this.setStatus(keyId, 'Inactive');
    if (action === 'disable' || action === 'note-inactive') this.remember(keyId, now, { inactive: now });
    if (action === 'note-lost') {
      this.remember(keyId, now, { lost: now });
      this.memory[keyId] = { ...(this.memory[keyId] ?? { told: {} }), lost: now };
    }
    if (action === 'note-issued') this.remember(keyId, now, { issued: this.keys.find(({ id }) => id === keyId)!.created });
    if (action === 'wait-for-replica') this.remember(keyId, now, { behind: now });
    if (action === 'follow-rename') this.remember(keyId, now, { behind: now });
    if (action === 'note-reenabled') {
      const { issued } = this.stateOf(keyId, now);
      this.tags.set(keyTag(keyId), writeKeyState({ ...(issued && { issued }), reenabled: now, times: decision.times }));
    }
    if (action === 'notify' && (this.reachable || this.policy.untold === 'proceed')) {
      const other = this.keys.find((key) => key.id !== keyId && key.status === 'Active');
      this.remember(keyId, now, { notice: now, noticeBeside: other?.id ?? 'none' });
    }
    if (action === 'delete' || action === 'remove-orphan') {
      this.keys = this.keys.filter((key) => key.id !== keyId);
      if (action === 'delete') this.tags.delete(keyTag(keyId));
    }
  }

  /** As the memory keeps it: a date that people know already keeps the moment at which they learned it. */
  private tell(decision: Decision, now: Date): void {
    const what = promisedBy(decision);
    const on = dateIn(decision);
    if (what === undefined || !on || !('keyId' in decision)) return;
    const known = this.memory[decision.keyId] ?? { told: {} };
    const told: Partial<Record<Promised, Told>> = { ...known.told };
    if (told[what]?.on.getTime() !== on.getTime()) told[what] = { on, at: now };
    this.memory[decision.keyId] = { ...known, told };
  }

  private issue(now: Date): void {
    const id = `AKIASUCCESSOR0000${String(++this.issued).padStart(3, '0')}`;
    if (this.keys.length > 1) throw new Error('LimitExceeded: a third key');
    this.keys.push({ id, status: 'Active', created: now, lastUsed: 'never' });
    this.current = id;
    this.since = now;
    this.versions.add(id);
    this.tags.set(keyTag(id), writeKeyState({ issued: now }));
    this.memory[id] = { told: {}, issued: true };
  }

  private stateOf(keyId: string, now: Date): KeyState {
    const created = new Map(this.keys.map((key) => [key.id, key.created]));
    return readState(this.tags, created, now).keys.get(keyId) ?? {};
  }

  private remember(keyId: string, now: Date, more: KeyState): void {
    this.tags.set(keyTag(keyId), writeKeyState({ ...this.stateOf(keyId, now), ...more }));
  }
}

function dateIn(decision: Decision): Date | undefined {
  if ('on' in decision) return decision.on;
  if ('disableOn' in decision) return decision.disableOn;
  return 'deleteOn' in decision ? decision.deleteOn : undefined;
}
