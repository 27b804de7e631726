import { DAY_MS } from '../../shared/period';

/** The day of a moment, ISO 8601, as days since 1970-01-01 (UTC); null for what is none. */
export function dayOf(iso: string | null | undefined): number | null {
  const at = Date.parse(iso ?? '');
  return Number.isNaN(at) ? null : Math.floor(at / DAY_MS);
}
