import { exemptByGroup, exemptByPath, exemptByTag, type ExemptionRules } from '../../../../lambda/core/plan/exemption';
import { ACCOUNT, NOW } from '../../../helpers/facts';

const GROUP = 'IAMKeyRotationExemptionGroup';
const UNTIL = 'key-rotation:exempt-until';
const rules = (more: Partial<ExemptionRules> = {}): ExemptionRules => ({ group: GROUP, paths: [], ...more });
const TAGGED = rules({ tag: { key: 'NoRotation', maxDays: 90 } });
const tags = (values: Record<string, string>): Map<string, string> => new Map(Object.entries(values));

describe('a member of the exemption group', () => {
  const member = (until: string | undefined, now = NOW) => exemptByGroup(tags(until === undefined ? {} : { [UNTIL]: until }), rules(), now);
  const exempt = { exempt: `the user is a member of ${GROUP}` };

  it.each([
    ['2026-11-19', true],
    ['2026-11-20', true],
    ['2026-11-21', false],
    ['2026-11-22', false],
    ['2099-01-01', false],
  ])('is exempt until %s; on 2026-11-21 that has lapsed: %s', (until, lapsed) => {
    expect(member(until)).toEqual({ ...(!lapsed && exempt), until });
  });

  it('is exempt the whole last day', () => {
    const until = '2026-11-21';
    expect(member(until, new Date('2026-11-21T23:59:59.999Z'))).toEqual({ ...exempt, until });
    expect(member(until, new Date('2026-11-22T00:00:00.000Z'))).toEqual({ until });
  });

  it('is exempt for good without a date', () => {
    expect(member(undefined)).toEqual(exempt);
  });

  it.each(['', 'never', '2026-13-45', '2026-02-30', '01.01.2020', '31.01.2027', '2020-01-01T00:00:00Z', '2020', '2020-1-1', '1577836800'])(
    'stays exempt when the date is none (%s), and that is named',
    (until) => {
      expect(member(until)).toEqual({
        ...exempt,
        unclear: `the tag ${UNTIL} holds "${until}", which is no date such as 2027-01-31, so the exemption has no end`,
      });
    },
  );

  it('is read whatever the letter case of the tag: IAM ignores it', () => {
    expect(exemptByGroup(tags({ 'Key-Rotation:EXEMPT-until': '2020-01-01' }), rules(), NOW)).toEqual({ until: '2020-01-01' });
  });

  it('shows no more than the beginning of a long value', () => {
    expect(member('x'.repeat(300)).unclear).toContain(`holds "${'x'.repeat(40)}…", which`);
  });
});

describe('a user who is not in the group', () => {
  it.each([
    ['has no tag', {}, rules(), {}],
    ['has no tag, and one would exempt', {}, TAGGED, {}],
    ['has a tag that exempts nobody by these settings', { NoRotation: '2026-12-01' }, rules(), {}],
    [
      'has an end ahead',
      { NoRotation: '2026-12-01' },
      TAGGED,
      { exempt: 'the tag NoRotation exempts the user until 2026-12-01', until: '2026-12-01' },
    ],
    [
      'has an end today',
      { NoRotation: '2026-11-21' },
      TAGGED,
      { exempt: 'the tag NoRotation exempts the user until 2026-11-21', until: '2026-11-21' },
    ],
    ['has an end yesterday', { NoRotation: '2026-11-20' }, TAGGED, {}],
    [
      'has an end as far ahead as allowed',
      { NoRotation: '2027-02-19' },
      TAGGED,
      { exempt: 'the tag NoRotation exempts the user until 2027-02-19', until: '2027-02-19' },
    ],
    [
      'has an end a day too far ahead',
      { NoRotation: '2027-02-20' },
      TAGGED,
      { unclear: 'the tag NoRotation holds "2027-02-20", which is more than 90 days ahead, so the user is not exempt' },
    ],
    [
      'has no date in it',
      { NoRotation: 'true' },
      TAGGED,
      { unclear: 'the tag NoRotation holds "true", which is no date such as 2027-01-31, so the user is not exempt' },
    ],
    [
      'spells the tag otherwise',
      { norotation: '2026-12-01' },
      TAGGED,
      { exempt: 'the tag NoRotation exempts the user until 2026-12-01', until: '2026-12-01' },
    ],
    [
      'has the tag of members',
      { [UNTIL]: '2027-01-31' },
      rules(),
      { unclear: `the user has the tag ${UNTIL} and is not in ${GROUP}, so they are not exempt` },
    ],
    [
      'has the tag of members, in any spelling, beside one that is over',
      { 'KEY-ROTATION:Exempt-Until': '2027-01-31', NoRotation: '2020-01-01' },
      TAGGED,
      { unclear: `the user has the tag ${UNTIL} and is not in ${GROUP}, so they are not exempt` },
    ],
  ] as const)('%s', (_, given, settings, expected) => {
    expect(exemptByTag(tags(given), settings, NOW)).toEqual(expected);
  });
});

describe('a path', () => {
  const at = (path: string, paths: readonly string[]) => exemptByPath(`arn:aws-cn:iam::${ACCOUNT}:user${path}alice`, rules({ paths }));

  it.each([
    ['/', ['/service/'], undefined],
    ['/service/', ['/service/'], '/service/'],
    ['/service/mail/', ['/service/'], '/service/'],
    ['/services/', ['/service/'], undefined],
    ['/team/service/', ['/service/'], undefined],
    ['/b/', ['/a/', '/b/'], '/b/'],
    ['/service/', [], undefined],
  ])('of a user at %s under %j: exempt by %s', (path, paths, by) => {
    expect(at(path, paths)).toEqual(by === undefined ? undefined : { exempt: `the user is below the path ${by}` });
  });

  it('exempts nobody whose name looks like one', () => {
    expect(exemptByPath(`arn:aws:iam::${ACCOUNT}:user/service`, rules({ paths: ['/service/'] }))).toBeUndefined();
  });
});
