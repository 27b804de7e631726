import type { Inventory, RecordedKey, RecordedUser } from '../../runs/schemas';
import type { Uses } from '../../runs/history';
import { DAY_MS } from '../../shared/period';
import { ComingDays } from './coming-days';
import { dayOf } from './day-of';
import type { AccountKeys, ExemptRow, KeyRow, Standing, Use } from './key-rows';
import { KeysFile } from './keys-file';
import { KnownUses } from './known-uses';

/** https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-22 */
const UNUSED_DAYS = 45;
/** An exemption that ends within so many days is named. */
const SOON_DAYS = 30;

const COUNTED = { 'within policy': 'within', 'over policy': 'over', exempt: 'exempt', inactive: 'inactive', unknown: 'unknown' } as const;

/** Keys in a page: a browser opens so many in seconds, and filters them while somebody types. */
export const MAX_KEYS = 50_000;

/**
 * Every key of a run's accounts, taken from one result after another: counted, written into the file of all, and kept as far as a page
 * has room.
 */
export class KeyTable {
  /** All keys, whether a page has room for them or not. */
  count = 0;
  readonly file = new KeysFile();
  readonly coming: ComingDays;
  readonly uses: KnownUses;
  /** Keys that need a look, by why. */
  readonly noted: Record<NonNullable<KeyRow['note']>, number> = { 'used after its successor': 0, 'nobody fetched it': 0 };
  readonly exempt: ExemptRow[] = [];
  readonly accounts: AccountKeys[] = [];
  /** Active keys older than 90 days, whatever the policy: what Security Hub IAM.3 counts. */
  olderThan90 = 0;
  /** Accounts whose results tell nothing of keys. */
  without = 0;
  policy: Inventory['policy'] | undefined;
  private readonly today: number;
  private readonly words = new Map<string, string>();
  private kept: KeyRow[] = [];

  /** `usesBefore`: what the runs before have known of the use of keys; `room`: keys that a page shows. */
  constructor(
    now: Date,
    usesBefore: Uses = {},
    private readonly room = MAX_KEYS,
  ) {
    this.today = Math.floor(now.getTime() / DAY_MS);
    this.coming = new ComingDays(this.today);
    this.uses = new KnownUses(usesBefore, this.today);
  }

  /** The keys that a page shows: those that need a look, then those whose next step comes first; all where there is room, as they came. */
  get rows(): readonly KeyRow[] {
    this.keep(this.room);
    return this.kept;
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
      const used = user.keys.map((key) => this.uses.complete(id, key, inventory));
      const known = { ...user, keys: used.map(({ key }) => key) };
      for (const { key, asOf } of used) this.addKey(account, known, { key, usedAsOf: asOf }, inventory.policy);
      if (user.exemption) this.exempt.push(this.exemptRow(account, user, user.exemption));
    }
  }

  private addKey(
    account: AccountKeys,
    user: RecordedUser,
    { key, usedAsOf }: { key: RecordedKey; usedAsOf: number | null },
    policy: Inventory['policy'],
  ): void {
    const active = key.status === 'Active';
    const created = dayOf(key.created);
    const age = created === null ? null : Math.max(0, this.today - created);
    const lastUsed = key.lastUsed === 'never' ? null : dayOf(key.lastUsed);
    const standing = standingOf({ active, age, exempt: user.exemption?.exempt === true }, policy);
    const use = this.useOf(key, age);
    account.keys += 1;
    account[COUNTED[standing]] += 1;
    if (active) account.active += 1;
    if (active && use === 'unused for 45 days') account.unused += 1;
    if (active && age !== null && age > 90) this.olderThan90 += 1;
    const usedFor = [key.lastUsedService, key.lastUsedRegion].filter((part) => part !== undefined && part !== 'N/A').join(', ');
    const row: KeyRow = {
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
      usedAsOf,
      usedFor: key.lastUsed === 'never' ? 'never used' : lastUsed === null || usedFor === '' ? null : this.word(usedFor),
      step: key.step ?? null,
      on: dayOf(key.on),
      successor: key.successorId ?? null,
      fetched: dayOf(key.successorId === undefined ? key.fetched : successorOf(user, key)?.fetched),
      note: noteOf(user, key),
    };
    this.count += 1;
    this.coming.add(row);
    if (row.note !== null) this.noted[row.note] += 1;
    this.file.add(row);
    this.kept.push(row);
    this.keep(2 * this.room);
  }

  /** Forgets what comes last as soon as there are more rows than that. */
  private keep(most: number): void {
    if (this.kept.length > most) this.kept = this.kept.toSorted((a, b) => rank(a) - rank(b)).slice(0, this.room);
  }

  /** A key that nobody has used yet is unused since it was created. */
  private useOf({ lastUsed }: RecordedKey, age: number | null): Use {
    if (lastUsed === undefined) return 'not known';
    const isOld = (age ?? UNUSED_DAYS) >= UNUSED_DAYS;
    if (lastUsed === 'never') return isOld ? 'unused for 45 days' : 'not used yet';
    return isOld && this.today - (dayOf(lastUsed) ?? 0) >= UNUSED_DAYS ? 'unused for 45 days' : 'used';
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

/** What needs a look comes first, then what comes soon. */
const rank = ({ standing, note, on }: KeyRow): number =>
  standing === 'over policy' || standing === 'unknown' || note !== null ? -1 : (on ?? Number.MAX_SAFE_INTEGER);

function standingOf(
  { active, age, exempt }: { active: boolean; age: number | null; exempt: boolean },
  { disableMs }: Inventory['policy'],
): Standing {
  if (!active) return 'inactive';
  if (exempt) return 'exempt';
  if (age === null) return 'unknown';
  return age * DAY_MS >= disableMs ? 'over policy' : 'within policy';
}

const successorOf = ({ keys }: RecordedUser, { successorId }: RecordedKey): RecordedKey | undefined =>
  successorId === undefined ? undefined : keys.find(({ keyId }) => keyId === successorId);

/** What of a key and its successor needs a look: the old one is still used, or nobody has the new one. */
function noteOf(user: RecordedUser, key: RecordedKey): KeyRow['note'] {
  const { lastUsed, status, issued, fetched } = key;
  if (status === 'Active' && lastUsed !== undefined && lastUsed !== 'never') {
    // Fetching the successor takes the old key, so that the day of the rotation proves nothing.
    const from = dayOf(successorOf(user, key)?.created);
    const used = dayOf(lastUsed);
    if (from !== null && used !== null && used > from) return 'used after its successor';
  }
  const isUsed = lastUsed !== undefined && lastUsed !== 'never';
  return issued && status === 'Active' && fetched === undefined && !isUsed ? 'nobody fetched it' : null;
}
