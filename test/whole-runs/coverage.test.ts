import { actionsOf, NAMES, OTHER, sweepDayOf, TEAM, testOrganization } from '../helpers/sandbox-organization';
import { MEMBER_ROLE, withoutAction } from '../helpers/sandbox-situations';

const organization = testOrganization('enforcing', [TEAM, OTHER], { direct: true });
const MANY = 250;
const names = Array.from({ length: MANY }, (_, index) => `user-${String(index).padStart(3, '0')}`);
const SWEEP_DAY = sweepDayOf(TEAM);
const REPORT_DAY = SWEEP_DAY + 1;
const COVERAGE = [
  ['report', REPORT_DAY],
  ['sweep', SWEEP_DAY],
] as const;

it.each(COVERAGE)('leaves all 250 exempt users alone and rotates the one beside them, by %s', async (coverage, day) => {
  const org = organization();
  org.goToDay(day);
  await org.begin(TEAM);
  for (const name of names) org.addUser(TEAM, name, [{ ageDays: 400 }], { exempt: true });
  org.addUser(TEAM, 'not-exempt', [{ ageDays: 400 }]);
  const results = await org.run({ accounts: [TEAM.id] });
  expect(results).toMatchObject([{ coverage, usersSeen: MANY + 1, status: 'succeeded' }]);
  expect(actionsOf(results, 'not-exempt')).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
  for (const name of names) expect(actionsOf(results, name)).toMatchObject([{ action: 'skip', outcome: 'done' }]);
  expect(org.mutations().length).toBeGreaterThan(0);
  for (const { input } of org.mutations()) expect(JSON.stringify(input)).toContain('not-exempt');
  expect(org.callsOfApp().filter(({ operation }) => operation === 'GetGroup')).toHaveLength(3);
});

it.each(COVERAGE)('sees all 250 users of one account, by %s', async (coverage, day) => {
  const org = organization();
  org.goToDay(day);
  await org.begin(TEAM);
  const due = new Set([names[0], names[99], names[100], names[101], names[200], names.at(-1)]);
  for (const name of names) org.addUser(TEAM, name, [{ ageDays: due.has(name) ? 95 : 30, usedDaysAgo: 1 }]);
  const results = await org.run({ accounts: [TEAM.id] });
  expect(results).toMatchObject([{ coverage, usersSeen: MANY, status: 'succeeded', failures: [], left: [] }]);
  const rotated = names.filter((name) => actionsOf(results, name).some(({ action, outcome }) => action === 'rotate' && outcome === 'done'));
  expect(new Set(rotated)).toEqual(due);
  expect(names.filter((name) => org.user(TEAM, name).keys.length === 2)).toEqual(rotated);
});

describe('when the members of the exemption group cannot be read', () => {
  it.each([
    [
      'the role may not',
      () => {
        withoutAction(organization(), TEAM.id, MEMBER_ROLE, 'iam:GetGroup');
      },
      'iam:GetGroup',
    ],
    [
      'the second page of members fails',
      () =>
        organization().sandbox.faults.add({
          match: { operation: 'GetGroup', input: (input) => input['Marker'] !== undefined },
          when: 'before',
          then: { kind: 'error', code: 'ValidationError', status: 400, message: 'the marker is not known' },
        }),
      'the marker is not known',
    ],
  ])('changes nothing in that account, fails it and does the others: %s', async (_, break_, told) => {
    const org = organization();
    for (const name of names.slice(0, 150)) org.addUser(TEAM, name, [{ ageDays: 400 }], { exempt: true });
    org.addUser(TEAM, 'due', [{ ageDays: 400 }]);
    org.addUser(OTHER, 'due', [{ ageDays: 400 }]);
    break_();
    const results = await org.run();
    const of = (account: string) => results.find((result) => result.account.id === account);
    expect(of(TEAM.id)).toMatchObject({ status: 'failed', users: [] });
    expect(of(TEAM.id)?.failures).toEqual([
      { step: 'account', error: 'AccountFailedError', message: expect.stringContaining(told) as string },
    ]);
    expect(of(TEAM.id)?.failures[0]?.message).toContain(`cannot read the exemption group ${NAMES.exemptionGroup}, so nothing was changed`);
    expect(org.mutations().filter(({ account }) => account === TEAM.id)).toEqual([]);
    expect(of(OTHER.id)).toMatchObject({ status: 'succeeded' });
    expect(
      actionsOf(
        results.filter(({ account }) => account.id === OTHER.id),
        'due',
      ),
    ).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
    expect(org.failedEvents()).toMatchObject([
      { requestPayload: { account: TEAM.id }, responsePayload: { errorType: 'AccountFailedError' } },
    ]);
  });

  it('takes an account without the group for one without exempt users', async () => {
    const org = organization();
    org.addUser(TEAM, 'due', [{ ageDays: 400 }]);
    org.sandbox.people(TEAM.id).deleteGroup(NAMES.exemptionGroup);
    const results = await org.run({ accounts: [TEAM.id] });
    expect(actionsOf(results, 'due')).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
  });
});
