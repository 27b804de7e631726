import type { KeyEvent } from '../../../lambda/core/read/key-events';
import { callersOf } from '../../../lambda/rotator/key-callers';
import { daysAgo, NOW } from '../../helpers/facts';

const event = (more: Partial<KeyEvent> = {}): KeyEvent => ({
  at: NOW,
  name: 's3 ListBuckets',
  source: '198.51.100.7',
  agent: 'aws-cli/2.32',
  ...more,
});
const times = (count: number, more: Partial<KeyEvent>): KeyEvent[] => Array.from({ length: count }, () => event(more));

it('gives nobody when there was no call', () => {
  expect(callersOf([])).toEqual({ calls: 0, callers: [], otherCallers: 0 });
});

it('groups calls by address and program, with their first and last time and what was called how often', () => {
  const events = [
    event({ at: daysAgo(2), name: 'sts GetCallerIdentity' }),
    ...times(2, { at: daysAgo(40) }),
    event({ source: '203.0.113.9' }),
    ...times(4, { agent: 'Boto3/1.42', at: daysAgo(1) }),
  ];
  expect(callersOf(events)).toEqual({
    calls: 8,
    otherCallers: 0,
    callers: [
      {
        source: '198.51.100.7',
        agent: 'Boto3/1.42',
        calls: 4,
        first: daysAgo(1).toISOString(),
        last: daysAgo(1).toISOString(),
        names: [{ name: 's3 ListBuckets', calls: 4 }],
      },
      {
        source: '198.51.100.7',
        agent: 'aws-cli/2.32',
        calls: 3,
        first: daysAgo(40).toISOString(),
        last: daysAgo(2).toISOString(),
        names: [
          { name: 's3 ListBuckets', calls: 2 },
          { name: 'sts GetCallerIdentity', calls: 1 },
        ],
      },
      expect.objectContaining({ source: '203.0.113.9', calls: 1 }),
    ],
  });
});

it.each([
  ['aws-cli/2.32.4 md/command#s3.ls m/E,N os/linux cfg/retry-mode#standard', 'aws-cli/2.32.4 os/linux'],
  ['aws-sdk-js/3.1169.0 ua/2.1 os/linux lang/js api/iam#3.1169.0', 'aws-sdk-js/3.1169.0 os/linux lang/js'],
  ['[aws-cli/2.32]', 'aws-cli/2.32'],
  ['m/E api/s3#1', 'm/E api/s3#1'],
  ['', ''],
])('calls the program %j %j, whatever it is called for', (agent, shown) => {
  expect(callersOf([event({ agent })]).callers[0]?.agent).toBe(shown);
});

it('takes two commands of one program for one caller', () => {
  const events = ['md/command#s3.ls m/E', 'md/command#sts.get-caller-identity'].map((words) => event({ agent: `aws-cli/2.32 ${words}` }));
  expect(callersOf(events).callers).toHaveLength(1);
});

it('says that the address is not known', () => {
  expect(callersOf([event({ source: '' })]).callers[0]?.source).toBe('an unknown address');
});

it('keeps the number of callers, names and characters within bounds, whatever programs write', () => {
  const events = Array.from({ length: 40 }, (_, n) =>
    event({ source: `${n}`.padEnd(500, 'x'), agent: '<b>'.repeat(5_000), name: `${n} ${'y'.repeat(900)}` }),
  );
  const { callers, otherCallers, calls } = callersOf([...events, ...events.map((one) => ({ ...one, source: 'same' }))]);
  expect([callers.length, otherCallers, calls]).toEqual([5, 36, 80]);
  expect(callers[0]).toMatchObject({ source: 'same', calls: 40 });
  expect(callers[0]?.names).toHaveLength(5);
  expect(JSON.stringify(callers).length).toBeLessThan(5 * 1_000);
});
