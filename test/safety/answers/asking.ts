import type { Fault } from '../../../sandbox/kernel/faults';
import type { Account } from '../../helpers/sandbox-organization';
import type { Kit } from '../kit/kit';
import type { Combination } from './combination';
import { refused } from './modelled';
import type { Point } from './points';

type Particulars = Pick<Combination, 'logged'> & { times?: number };

const NOT_LOOKED_UP = /who uses the key was not looked up/;

/** Asking who uses the keys that are about to stop working: whatever is answered, the run goes on, and the log says what is not known. */
export const ASKING: readonly Point[] = [{ operation: 'cloudtrail:LookupEvents', concerns: [], around: NOT_LOOKED_UP }];

/** A user whose key in use is given notice, so that CloudTrail is asked about it, and one beside. */
export function keyInUse({ org }: Kit, account: Account): void {
  const live = { usedDaysAgo: 1 };
  org.addUser(account, 'two-live-keys', [
    { ageDays: 200, ...live },
    { ageDays: 20, ...live },
  ]);
  org.addUser(account, 'beside', [{ ageDays: 95, ...live }]);
}

/** CloudTrail takes the call and answers something else than what there is, so many times: by default once in each of the two regions. */
const answered = (
  what: string,
  change: (output: Record<string, unknown>) => void,
  { times = 2, logged }: Particulars = {},
): Combination => ({
  operation: 'cloudtrail:LookupEvents',
  title: `cloudtrail:LookupEvents, which answers ${what}`,
  concerns: [],
  inject: ({ sandbox }) => {
    const fault: Fault = { match: {}, when: 'after', then: { kind: 'call', run: () => undefined }, seen: 0, hits: 0 };
    const { observers } = sandbox.kernel;
    const observer = {
      after({ operation }: { operation: string }, output: Record<string, unknown>): void {
        if (operation !== 'LookupEvents') return;
        fault.hits += 1;
        change(output);
        if (fault.hits === times) observers.delete(observer);
      },
    };
    observers.add(observer);
    return [fault];
  },
  expect: 'overcome',
  shows: /(?!)/,
  ...(logged && { logged }),
});

/** What CloudTrail answers of its own: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
const REFUSALS = [
  'InvalidLookupAttributesException',
  'InvalidNextTokenException',
  'InvalidTimeRangeException',
  'OperationNotPermittedException',
  'UnsupportedOperationException',
];

/** The answers of its own, and those without the members that it should have. */
export const ASKING_ANSWERS: readonly Combination[] = [
  ...ASKING.flatMap((point) => REFUSALS.map((code) => refused(point, code, { expect: 'overcome', logged: NOT_LOOKED_UP }))),
  answered('without a list', (output) => delete output['Events'], { logged: NOT_LOOKED_UP }),
  answered('an event without members', (output) => Object.assign(output, { Events: [{}] })),
  answered('a record that is no JSON', (output) =>
    Object.assign(output, { Events: [{ EventTime: new Date(0), EventName: 'ListBuckets', CloudTrailEvent: '{' }] }),
  ),
  answered('the same page again and again', (output) => Object.assign(output, { NextToken: '0' }), { times: 8 }),
];
