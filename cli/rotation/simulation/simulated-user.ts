import {
  exemptByGroup,
  exemptByPath,
  exemptByTag,
  unclearNotes,
  type Exemption,
  type ExemptionRules,
} from '../../../lambda/core/plan/exemption';
import {
  keyTag,
  readState,
  STORED_AS,
  writeIntent,
  writeKeyState,
  writeStoredAs,
  type KeyState,
} from '../../../lambda/core/plan/key-state';
import { plan } from '../../../lambda/core/plan/plan';
import type { Policy } from '../../../lambda/core/plan/policy';
import { mayNeedWork, type RoughKey } from '../../../lambda/core/plan/triage';
import type { AccessKey, Remembered, StoredKeys, Told, UserFacts } from '../../../lambda/core/plan/user-facts';
import type { Budget } from '../../../lambda/core/rotate-user';
import { ACTIONS, promisedBy } from '../../../lambda/shared/actions';
import type { Decision, Promised } from '../../../lambda/shared/decision';

/** What a run would do about one key, and whether a limit leaves it to a later run. */
export interface Happening {
  at: Date;
  decision: Decision;
  outcome: 'done' | 'deferred';
  /** What `rotate` makes. */
  successor?: string;
}

/** How a run is played. */
export interface PlayedRun {
  policy: Policy;
  rules: ExemptionRules;
  budget: Budget;
}

/** A user as far as a run knows one, with whether they are in the exemption group. */
export interface KnownUser {
  facts: UserFacts;
  isMember: boolean;
  /** The policies beside the deployment's own that they are in, whose own runs see to them; absent when there are none. */
  policies?: readonly string[];
}

/** Whether a run leaves a user alone, and why. */
export function exemptionAt({ facts: { arn, tags }, isMember }: KnownUser, now: Date, rules: ExemptionRules): Exemption {
  const byPath = exemptByPath(arn, rules);
  if (byPath) return byPath;
  if (!isMember) return exemptByTag(tags, rules, now);
  const byGroup = exemptByGroup(tags, rules, now);
  // For a member whose exemption has lapsed the tag has said what it can.
  return byGroup.exempt === undefined ? {} : byGroup;
}

/** Whether the deployment's own runs leave a user alone: an exemption, or a policy of their own. */
export function leftAloneAt(user: KnownUser, now: Date, rules: ExemptionRules): Exemption {
  const exemption = exemptionAt(user, now, rules);
  const { policies = [] } = user;
  if (exemption.exempt !== undefined || policies.length === 0) return exemption;
  const [policy, second] = policies;
  if (second !== undefined) return { exempt: `the user is in the policies ${policies.join(' and ')}, so every run leaves them alone` };
  return { exempt: `the user follows the policy ${policy ?? ''}, whose own runs see to the keys` };
}

/** People learned a date then that holds no more. */
const ENDED = new Date(0);

/**
 * One user in memory, on whom each run does what `plan` says, and tells people at its end. It is assumed that mails are accepted, that
 * whoever used the old key fetches and uses the new one, and that people change nothing.
 */
export class SimulatedUser {
  private keys: readonly AccessKey[];
  private readonly tags: Map<string, string>;
  private stored: StoredKeys;
  private readonly memory: Map<string, Remembered>;
  private readonly ours: ReadonlySet<string>;
  private issued = 0;

  constructor(private readonly known: KnownUser) {
    const { keys, tags, stored, memory, state } = known.facts;
    this.keys = keys;
    this.tags = new Map(tags);
    this.stored = stored;
    this.memory = new Map(memory);
    this.ours = new Set(state.intents.flatMap(({ tagKey, ours }) => (ours ? [tagKey] : [])));
  }

  get name(): string {
    return this.known.facts.name;
  }

  get arn(): string {
    return this.known.facts.arn;
  }

  /** The keys as triage sees them. */
  get roughKeys(): RoughKey[] {
    return this.keys.map(({ status, created }) => ({ active: status === 'Active', created }));
  }

  /** Plays one run and gives what it does, what it only looks at included. */
  run(now: Date, run: PlayedRun): Happening[] {
    if (!mayNeedWork(this.roughKeys, run.policy, now) && this.ours.size === 0) return [];
    const exemption = leftAloneAt(this.known, now, run.rules);
    const notes = unclearNotes(exemption).map((decision): Happening => ({ at: now, decision, outcome: 'done' }));
    if (exemption.exempt !== undefined) return notes;
    const seen = this.keys;
    const happened = this.pass(now, run);
    // A key that nobody has makes room for another one in the same run.
    if (happened.some(({ decision, outcome }) => decision.action === 'remove-orphan' && outcome === 'done'))
      happened.push(...this.pass(now, run));
    this.tellAll(seen, happened, now);
    return [...notes, ...happened];
  }

  /** What is known of the user at a moment. */
  facts(now: Date): UserFacts {
    const keys = this.keys.toSorted((a, b) => a.created.getTime() - b.created.getTime() || (a.id < b.id ? -1 : 1));
    const said = readState(this.tags, new Map(keys.map(({ id, created }) => [id, created])), now);
    const intents = said.intents.map((intent) => (this.ours.has(intent.tagKey) ? { ...intent, ours: true as const } : intent));
    return {
      name: this.name,
      arn: this.arn,
      listedAt: now,
      keys,
      tags: this.tags,
      state: { ...said, intents },
      stored: this.stored,
      memory: this.memory,
    };
  }

  private pass(now: Date, { policy, budget }: PlayedRun): Happening[] {
    return plan(this.facts(now), policy, now).map((decision) => {
      const { action } = decision;
      if (ACTIONS[action].mutates && !budget.take(action)) return { at: now, decision, outcome: 'deferred' };
      const successor = this.take(decision, now);
      return { at: now, decision, outcome: 'done', ...(successor !== undefined && { successor }) };
    });
  }

  /** Does what was decided; gives the new key's name. */
  private take(decision: Decision, now: Date): string | undefined {
    switch (decision.action) {
      case 'rotate':
        return this.rotate(decision.keyId, now);
      case 'disable':
        this.setInactive(decision.keyId);
        this.remember(decision.keyId, now, { inactive: now });
        break;
      case 'note-inactive':
        this.remember(decision.keyId, now, { inactive: now });
        break;
      case 'delete':
        this.remove(decision.keyId);
        this.tags.delete(keyTag(decision.keyId));
        break;
      case 'remove-orphan':
        this.remove(decision.keyId);
        break;
      case 'notify':
        this.notice(decision.keyId, now);
        break;
      case 'note-reenabled':
        this.write(decision.keyId, this.kept(decision.keyId, now, { reenabled: now, times: decision.times }));
        break;
      case 'note-issued':
        this.remember(decision.keyId, now, { issued: this.keys.find(({ id }) => id === decision.keyId)?.created ?? now });
        break;
      case 'note-lost':
        this.remember(decision.keyId, now, { lost: now });
        this.memory.set(decision.keyId, { ...(this.memory.get(decision.keyId) ?? { told: {} }), lost: now });
        break;
      case 'wait-for-replica':
        this.remember(decision.keyId, now, { behind: now });
        break;
      case 'follow-rename':
        this.remember(decision.keyId, now, { behind: now });
        this.follow();
        break;
      case 'note-unfinished': {
        const { tagKey, ...intent } = decision.intent;
        this.tags.set(tagKey, writeIntent({ ...intent, seen: now }));
        break;
      }
      case 'forget':
        for (const tagKey of decision.tagKeys) this.tags.delete(tagKey);
        break;
      case 'delete-secret':
        this.stored = { versions: new Set(), deleted: true };
        break;
      case 'restore-secret':
        this.remember(decision.predecessor, now, { behind: now });
        this.stored = { versions: new Set([decision.keyId]), current: decision.keyId };
        break;
      case 'announce':
      case 'hold':
      case 'warn':
      case 'blocked':
      case 'unclear-exemption':
      case 'wait':
      case 'skip':
        break;
    }
    return undefined;
  }

  private rotate(keyId: string, now: Date): string {
    const { issued, inactive, times = 0 } = this.stateOf(keyId, now);
    if (inactive) this.write(keyId, { ...(issued && { issued }), reenabled: now, times: times + 1 });
    const predecessor = this.keys.find(({ id }) => id === keyId);
    const isUsed = predecessor?.lastUsed !== undefined && predecessor.lastUsed !== 'never';
    const id = `new-key-${(this.issued += 1)}`;
    const lastUsed = isUsed ? { at: new Date(now.getTime() + 1), service: 'N/A', region: 'N/A' } : 'never';
    this.keys = [...this.keys, { id, status: 'Active', created: now, lastUsed }];
    const versions = new Set([...this.stored.versions, id]);
    this.stored = { current: id, since: now, versions, ...(isUsed && { fetched: now }), ...(this.stored.central && { central: true }) };
    this.write(id, { issued: now, ...(this.stored.central && { central: true }) });
    this.tags.set(STORED_AS, writeStoredAs(this.name));
    this.memory.set(id, { told: {}, issued: true, ...(this.stored.central && { central: true }) });
    return id;
  }

  private notice(keyId: string, now: Date): void {
    const other = this.keys.find(({ id, status }) => id !== keyId && status === 'Active');
    this.remember(keyId, now, { notice: now, noticeBeside: other?.id ?? 'none' });
  }

  private follow(): void {
    const { renamed, ...stored } = this.stored;
    if (renamed) this.stored = { ...stored, renamed: { ...renamed, readable: true } };
  }

  /** As the memory keeps it: a warning leaves the moment at which a date was learned, and a change of status ends what was said before it. */
  private tellAll(seen: readonly AccessKey[], happened: readonly Happening[], now: Date): void {
    for (const { id } of seen) {
      const after = this.keys.find((key) => key.id === id);
      if (!after) {
        this.memory.delete(id);
        continue;
      }
      const known = this.memory.get(id) ?? { told: {} };
      const told: Partial<Record<Promised, Told>> = { ...known.told };
      const over = after.status === 'Active' ? 'delete' : 'disable';
      const former = told[over];
      if (former) told[over] = { ...former, at: ENDED };
      for (const { decision, outcome } of happened) {
        const what = promisedBy(decision);
        const on = dateIn(decision);
        if (outcome !== 'done' || what === undefined || !on || !('keyId' in decision) || decision.keyId !== id) continue;
        if (decision.action === 'warn' && told[what]?.on.getTime() === on.getTime()) continue;
        told[what] = { on, at: now };
      }
      this.memory.set(id, { ...known, told });
    }
  }

  private setInactive(keyId: string): void {
    this.keys = this.keys.map((key) => (key.id === keyId ? { ...key, status: 'Inactive' } : key));
  }

  private remove(keyId: string): void {
    this.keys = this.keys.filter(({ id }) => id !== keyId);
  }

  private stateOf(keyId: string, now: Date): KeyState {
    return readState(this.tags, new Map(this.keys.map((key) => [key.id, key.created])), now).keys.get(keyId) ?? {};
  }

  private kept(keyId: string, now: Date, state: KeyState): KeyState {
    const { issued } = this.stateOf(keyId, now);
    return { ...(issued && { issued }), ...state };
  }

  private remember(keyId: string, now: Date, more: KeyState): void {
    this.write(keyId, { ...this.stateOf(keyId, now), ...more });
  }

  private write(keyId: string, state: KeyState): void {
    this.tags.set(keyTag(keyId), writeKeyState(state));
  }
}

/** The date that a decision names. */
export function dateIn(decision: Decision): Date | undefined {
  if ('on' in decision) return decision.on;
  if ('disableOn' in decision) return decision.disableOn;
  if ('deleteOn' in decision) return decision.deleteOn;
  return 'until' in decision ? decision.until : undefined;
}
