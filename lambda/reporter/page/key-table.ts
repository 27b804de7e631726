import { csvLine } from '../../../page/csv';
import { dayText } from '../../../page/view-data';
import type { ExemptBy, Inventory, RecordedKey, RecordedUser } from '../../runs/schemas';
import { DAY_MS } from '../../shared/period';

/** How a key stands to the policy; `unknown`: its age is. */
type Standing = 'within policy' | 'over policy' | 'exempt' | 'inactive' | 'unknown';
/** What is said of the use of a key, by the days that Security Hub IAM.22 asks for. */
type Use = 'used' | 'unused for 45 days' | 'never used' | 'not known';

/** One key, with days as days since 1970-01-01 (UTC). */
export interface KeyRow {
  account: AccountKeys;
  user: string;
  owner: string | null;
  /** The day on which the owner was last read. */
  read: number | null;
  keyId: string | null;
  active: boolean;
  created: number | null;
  /** Days. */
  age: number | null;
  standing: Standing;
  use: Use;
  lastUsed: number | null;
  /** Service and region of the last use. */
  usedFor: string | null;
  step: string | null;
  on: number | null;
  successor: string | null;
  fetched: number | null;
  note: 'used after its successor' | 'nobody fetched it' | null;
}

/** One user's exemption, or what seems to be one. */
export interface ExemptRow {
  account: AccountKeys;
  user: string;
  by: ExemptBy;
  standing: 'exempt' | 'lapsing soon' | 'lapsed' | 'no end readable' | 'does nothing';
  since: number;
  until: number | null;
  keys: number;
  unclear: string | null;
}

/** One account's keys in numbers. */
export interface AccountKeys {
  id: string;
  name: string;
  keys: number;
  active: number;
  within: number;
  over: number;
  exempt: number;
  inactive: number;
  unknown: number;
  unused: number;
}

/** https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-22 */
const UNUSED_DAYS = 45;
/** An exemption that ends within so many days is named. */
const SOON_DAYS = 30;

const COUNTED = { 'within policy': 'within', 'over policy': 'over', exempt: 'exempt', inactive: 'inactive', unknown: 'unknown' } as const;

const dayOf = (iso: string | undefined): number | null => {
  const at = Date.parse(iso ?? '');
  return Number.isNaN(at) ? null : Math.floor(at / DAY_MS);
};

/** Every key of a run's accounts, collected from one result after another. */
export class KeyTable {
  readonly rows: KeyRow[] = [];
  readonly exempt: ExemptRow[] = [];
  readonly accounts: AccountKeys[] = [];
  /** Active keys older than 90 days, whatever the policy: what Security Hub IAM.3 counts. */
  olderThan90 = 0;
  /** Accounts whose results tell nothing of keys. */
  without = 0;
  policy: Inventory['policy'] | undefined;
  private readonly today: number;
  private readonly words = new Map<string, string>();

  constructor(now: Date) {
    this.today = Math.floor(now.getTime() / DAY_MS);
  }

  /** Takes one account's keys; a result without them is counted. */
  add({ id, name }: { id: string; name: string }, inventory: Inventory | undefined): void {
    if (!inventory) {
      this.without += 1;
      return;
    }
    this.policy ??= inventory.policy;
    const account = { id, name, keys: 0, active: 0, within: 0, over: 0, exempt: 0, inactive: 0, unknown: 0, unused: 0 };
    this.accounts.push(account);
    for (const user of inventory.users) {
      for (const key of user.keys) this.addKey(account, user, key, inventory.policy);
      if (user.exemption) this.exempt.push(this.exemptRow(account, user, user.exemption));
    }
  }

  /** All keys with all that is known of them, as a file for spreadsheets. */
  csv(): string {
    const head = [
      'account',
      'account name',
      'user',
      'owner',
      'access key',
      'status',
      'created',
      'age in days',
      'policy',
      'use',
      'last used',
    ];
    const more = ['last used for', 'next step', 'on', 'successor', 'secret fetched', 'note'];
    const day = (value: number | null): string => (value === null ? '' : dayText(value));
    const lines = [csvLine([...head, ...more])];
    for (const row of this.rows) {
      const { account, user, owner, keyId, active, created, age, standing, use, lastUsed, usedFor, step, on, successor, fetched, note } =
        row;
      const status = active ? 'Active' : 'Inactive';
      const facts = [account.id, account.name, user, owner, keyId, status, day(created), age, standing, use, day(lastUsed), usedFor];
      lines.push(csvLine([...facts, step, day(on), successor, day(fetched), note]));
    }
    return lines.join('');
  }

  private addKey(account: AccountKeys, user: RecordedUser, key: RecordedKey, policy: Inventory['policy']): void {
    const active = key.status === 'Active';
    const created = dayOf(key.created);
    const age = created === null ? null : Math.max(0, this.today - created);
    const lastUsed = key.lastUsed === 'never' ? null : dayOf(key.lastUsed);
    const standing = standingOf({ active, age, exempt: user.exemption?.exempt === true }, policy);
    const use = this.useOf(key, age);
    account.keys += 1;
    account[COUNTED[standing]] += 1;
    if (active) account.active += 1;
    if (active && (use === 'never used' || use === 'unused for 45 days')) account.unused += 1;
    if (active && age !== null && age > 90) this.olderThan90 += 1;
    const usedFor = [key.lastUsedService, key.lastUsedRegion].filter((part) => part !== undefined && part !== 'N/A').join(', ');
    this.rows.push({
      account,
      user: user.user,
      owner: this.word(user.owner),
      read: dayOf(user.read),
      keyId: key.keyId ?? null,
      active,
      created,
      age,
      standing,
      use,
      lastUsed,
      usedFor: lastUsed === null || usedFor === '' ? null : this.word(usedFor),
      step: key.step ?? null,
      on: dayOf(key.on),
      successor: key.successorId ?? null,
      fetched: dayOf(key.fetched),
      note: noteOf(user, key),
    });
  }

  private useOf({ lastUsed }: RecordedKey, age: number | null): Use {
    if (lastUsed === undefined) return 'not known';
    if (lastUsed === 'never') return 'never used';
    const day = dayOf(lastUsed) ?? 0;
    return this.today - day >= UNUSED_DAYS && (age ?? UNUSED_DAYS) >= UNUSED_DAYS ? 'unused for 45 days' : 'used';
  }

  private exemptRow(account: AccountKeys, { user, keys }: RecordedUser, found: NonNullable<RecordedUser['exemption']>): ExemptRow {
    const until = dayOf(found.until);
    const ends = until !== null && until - this.today <= SOON_DAYS;
    const over = until !== null && until < this.today;
    const standing = found.exempt
      ? found.unclear !== undefined
        ? 'no end readable'
        : ends
          ? 'lapsing soon'
          : 'exempt'
      : over
        ? 'lapsed'
        : 'does nothing';
    const since = dayOf(found.since) ?? this.today;
    return { account, user, by: found.by, standing, since, until, keys: keys.length, unclear: found.unclear ?? null };
  }

  /** The same text once, however often it occurs: results are read one by one, and each has its own copy. */
  private word(text: string | undefined): string | null {
    if (text === undefined) return null;
    const known = this.words.get(text);
    if (known !== undefined) return known;
    this.words.set(text, text);
    return text;
  }
}

function standingOf(
  { active, age, exempt }: { active: boolean; age: number | null; exempt: boolean },
  { disableMs }: Inventory['policy'],
): Standing {
  if (!active) return 'inactive';
  if (exempt) return 'exempt';
  if (age === null) return 'unknown';
  return age * DAY_MS >= disableMs ? 'over policy' : 'within policy';
}

/** What of a key and its successor needs a look: the old one is still used, or nobody has the new one. */
function noteOf({ keys }: RecordedUser, { successorId, lastUsed, status, issued, fetched }: RecordedKey): KeyRow['note'] {
  if (successorId !== undefined && status === 'Active' && lastUsed !== undefined && lastUsed !== 'never') {
    const successor = keys.find(({ keyId }) => keyId === successorId);
    // Fetching the successor takes the old key, so that the day of the rotation proves nothing.
    const from = dayOf(successor?.created);
    const used = dayOf(lastUsed);
    if (from !== null && used !== null && used > from) return 'used after its successor';
  }
  const isUsed = lastUsed !== undefined && lastUsed !== 'never';
  return issued && status === 'Active' && fetched === undefined && !isUsed ? 'nobody fetched it' : null;
}
