import type { Uses } from '../../runs/history';
import type { Inventory, RecordedKey } from '../../runs/schemas';
import { dayOf } from './day-of';
import { dayText } from '../../../page/view-data';

/** A use that nobody has seen for longer is not known any more: a sweep comes once a week. */
const KEPT_DAYS = 14;

const own = <T>(of: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  of && Object.hasOwn(of, name) ? of[name] : undefined;

/** A key with what is known of its use, and as of which day, in days since 1970-01-01 (UTC). */
interface UsedKey {
  key: RecordedKey;
  asOf: number | null;
}

/**
 * What is known of the use of keys. A run that lists every user instead of reading a credential report asks of most keys nothing but their
 * state, so that their use is as of the run before it.
 */
export class KnownUses {
  private readonly learned: Uses = {};

  constructor(
    private readonly before: Uses,
    private readonly today: number,
  ) {}

  /** The key as this run saw it, or else with the use that a run before it knew; remembers either. */
  complete(account: string, key: RecordedKey, { usesAsOf }: Pick<Inventory, 'usesAsOf'>): UsedKey {
    const { keyId, lastUsed, lastUsedService = '', lastUsedRegion = '' } = key;
    if (lastUsed !== undefined) {
      const asOf = dayOf(usesAsOf) ?? this.today;
      if (keyId !== undefined) this.remember(account, keyId, [dayText(asOf), lastUsed, lastUsedService, lastUsedRegion].join('|'));
      return { key, asOf };
    }
    const known = keyId === undefined ? undefined : own(own(this.before, account), keyId);
    if (keyId === undefined || known === undefined) return { key, asOf: null };
    const [seen, use = '', service = '', region = ''] = known.split('|');
    const asOf = dayOf(seen);
    if (asOf === null || !this.isRecent(asOf)) return { key, asOf: null };
    this.remember(account, keyId, known);
    return {
      key: { ...key, lastUsed: use, ...(service !== '' && { lastUsedService: service }), ...(region !== '' && { lastUsedRegion: region }) },
      asOf,
    };
  }

  /** What the next run must know; of accounts that told nothing of their keys, what was known before. */
  get after(): Uses {
    const others = Object.entries(this.before).filter(([, uses]) => {
      const [first] = Object.values(uses);
      return this.isRecent(dayOf(first?.split('|')[0]) ?? 0);
    });
    return { ...Object.fromEntries(others), ...this.learned };
  }

  private readonly isRecent = (day: number): boolean => this.today - day <= KEPT_DAYS;

  private remember(account: string, keyId: string, use: string): void {
    (this.learned[account] ??= {})[keyId] = use;
  }
}
