import { usageFacts, usageText } from '../../../lambda/mail/usage';
import type { KeyCaller, KeyUsage } from '../../../lambda/runs/schemas';

const caller = (more: Partial<KeyCaller> = {}): KeyCaller => ({
  source: '198.51.100.7',
  agent: 'aws-cli/2.32',
  calls: 12,
  first: '2026-11-01T04:00:00.000Z',
  last: '2026-11-20T04:00:00.000Z',
  names: [
    { name: 's3 ListBuckets', calls: 11 },
    { name: 'sts GetCallerIdentity', calls: 1 },
  ],
  ...more,
});
const usage = (more: Partial<KeyUsage> = {}): KeyUsage => ({
  regions: ['eu-west-1', 'us-east-1'],
  calls: 12,
  callers: [caller()],
  otherCallers: 0,
  failed: [],
  ...more,
});

it('says nothing of a key about which nobody asked', () => {
  expect(usageFacts(undefined)).toEqual({ usage: '', callers: [], usageRest: '' });
});

it('says who made how many calls, when and which', () => {
  expect(usageFacts(usage())).toEqual({
    usage: 'AWS CloudTrail shows 12 calls with it in eu-west-1 and us-east-1, by one caller:',
    callers: [
      {
        from: '198.51.100.7',
        agent: 'aws-cli/2.32',
        what: '12 calls, 1 Nov 2026 to 20 Nov 2026: s3 ListBuckets (11), sts GetCallerIdentity',
      },
    ],
    usageRest: '',
  });
});

it.each<[string, Partial<KeyUsage>, string]>([
  [
    'no call, which is no proof of disuse',
    { calls: 0, callers: [] },
    'AWS CloudTrail shows no call with it in eu-west-1 and us-east-1: it is used for something that CloudTrail does not show, as said below.',
  ],
  [
    'no call, where not every region was asked',
    { regions: ['eu-west-1'], calls: 0, callers: [], failed: [{ region: 'us-east-1', error: 'E', message: 'm' }] },
    'AWS CloudTrail shows no call with it in eu-west-1.',
  ],
  [
    'several callers',
    { callers: [caller(), caller()], calls: 24 },
    'AWS CloudTrail shows 24 calls with it in eu-west-1 and us-east-1, by these callers:',
  ],
  [
    'older calls than were read',
    { newestOnly: true, calls: 1_400 },
    'Of its newest 1,400 calls in eu-west-1 and us-east-1, AWS CloudTrail shows one caller; there are older calls:',
  ],
  ['a look-up that failed everywhere', { regions: [], calls: 0, callers: [] }, 'Who uses it could not be looked up.'],
])('tells of %s', (_, more, said) => {
  expect(usageFacts(usage(more)).usage).toBe(said);
});

it('says how many callers are not named, and what could not be looked up', () => {
  const { usageRest } = usageFacts(
    usage({ otherCallers: 3, failed: [{ region: 'us-east-1', error: 'ThrottlingException', message: 'Rate exceeded' }] }),
  );
  expect(usageRest).toBe('3 more callers made fewer calls. Could not be looked up in us-east-1: ThrottlingException: Rate exceeded');
});

it('gives a single day once, and says when it names not all calls', () => {
  const [only] = usageFacts(usage({ callers: [caller({ calls: 40, first: '2026-11-20T01:00:00.000Z' })] })).callers;
  expect(only?.what).toBe('40 calls, on 20 Nov 2026: s3 ListBuckets (11), sts GetCallerIdentity and others');
});

it('is one bounded text for tables', () => {
  expect(usageText(usage({ callers: [caller({ agent: '' })] }))).toBe(
    'AWS CloudTrail shows 12 calls with it in eu-west-1 and us-east-1, by one caller: 198.51.100.7: 12 calls, 1 Nov 2026 to 20 Nov 2026: s3 ListBuckets (11), sts GetCallerIdentity;',
  );
  expect(usageText(usage({ callers: Array.from({ length: 9 }, () => caller({ agent: 'x'.repeat(160) })) }))).toHaveLength(600);
});
