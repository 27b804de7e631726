import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { placesOf, privateFileOf } from '../../../cli/credentials/places';
import type { ProfileState } from '../../../cli/credentials/state';
import type { Measuring } from '../part';
import { IAM_KEYS, measureStarts, nothing, startsTable, timeToEnd } from '../starts';

const PROFILE = 'bench';
const TITLE = 'From the start of the process to its end, the key being at hand and no look due';

/** What `credential_process` adds to every call of the `aws` command line. */
export const credentials: Measuring = {
  async measure(context) {
    const answer = {
      name: 'iam-keys credentials',
      goal: 'node -e 0 and 30 ms',
      time: (home: string) => timeToEnd([IAM_KEYS, 'credentials', '--profile', PROFILE], home),
    };
    const measured = await measureStarts([nothing, answer], context, writeKey);
    return { tables: [startsTable(TITLE, measured)], data: measured };
  },
};

/** A key that was looked after just now. */
function writeKey(home: string): void {
  const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
  const state: ProfileState = {
    version: 1,
    profile: PROFILE,
    home: 'private',
    user: { account: '222233334444', userId: 'AIDABENCH', arn: 'arn:aws:iam::222233334444:user/bench' },
    secret: { id: 'Account_222233334444_User_bench_AccessKey', region: 'eu-west-1' },
    current: { id: 'AKIABENCH', secret: 'no secret', since: at(0) },
    lookedAt: at(-1_000),
    nextLookAt: at(3_600_000),
  };
  const path = privateFileOf(placesOf({}, home).own, PROFILE);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, JSON.stringify(state), { mode: 0o600 });
}
