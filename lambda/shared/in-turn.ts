import { lengthOf, parsePeriod } from './period';

const MINUTE_MS = 60_000;
/**
 * Secrets Manager keeps about 100 versions of a secret and removes none of the last 24 hours, in milliseconds: 72 new ones a day leave room
 * for keys that had to be issued anew. https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
const ONE_SECRET_FROM_MS = 20 * MINUTE_MS;

/** Whether keys of this age are so many a day that two secrets take them in turn (docs/adr/0020); false for what is no period. */
export function needsTwoSecrets(rotate: string): boolean {
  const period = parsePeriod(rotate);
  return period !== undefined && lengthOf(period) < ONE_SECRET_FROM_MS;
}
