import type { Template } from 'aws-cdk-lib/assertions';
import { actionsOf, centralTemplate, flat, permissionsOf, resource, resourcesOf, synthesizedMember } from '../synth';

const fast = { name: 'fast', groups: ['minutes'], rotate: '10m', disable: '12m', delete: '15m', schedule: 'rate(1 minute)' };
const hourly = {
  ...fast,
  name: 'hourly',
  groups: [],
  paths: ['/hourly/'],
  rotate: '2h',
  disable: '3h',
  delete: '4h',
  schedule: 'rate(30 minutes)',
};
const NONE = {};
const SIDE = { policies: [fast, hourly] };
const CENTRAL = { secretStore: 'central' };

const without = (template: Template, ...types: string[]): string =>
  JSON.stringify(
    Object.entries(template.toJSON()['Resources'] as Record<string, { Type: string }>).filter(([, { Type }]) => !types.includes(Type)),
  );
const sids = (template: Template, role: string): (string | undefined)[] =>
  permissionsOf(resource(template, 'AWS::IAM::Role', role)).map(({ Sid }) => Sid);

it('each policy has a schedule of its own, which starts the orchestrator for it', () => {
  const schedules = Object.values(resourcesOf(centralTemplate(SIDE), 'AWS::Scheduler::Schedule')).map(({ Properties }) => Properties);
  const own = schedules.filter(({ Name }) => String(Name).includes('-policy-'));
  expect(own.map(({ Name, ScheduleExpression, Target }) => [Name, ScheduleExpression, (Target as { Input: string }).Input])).toEqual([
    ['iam-key-rotation-policy-fast', 'rate(1 minute)', '{"policy":"fast"}'],
    ['iam-key-rotation-policy-hourly', 'rate(30 minutes)', '{"policy":"hourly"}'],
  ]);
  expect(schedules).toHaveLength(4);
});

it('the member role may read the groups of policies, and gets nothing else by them', () => {
  expect(sids(synthesizedMember(SIDE), 'MemberRole')).toEqual([
    ...sids(synthesizedMember(NONE), 'MemberRole').flatMap((sid) => (sid === 'SeeWhoIsExempt' ? [sid, 'SeeWhoFollowsWhichPolicy'] : [sid])),
  ]);
  const see = permissionsOf(resource(synthesizedMember(SIDE), 'AWS::IAM::Role', 'MemberRole')).find(
    ({ Sid }) => Sid === 'SeeWhoFollowsWhichPolicy',
  );
  expect(see && actionsOf(see)).toEqual(['iam:GetGroup']);
  expect([see?.Resource].flat().map(flat).join()).toMatch(/group\/\*\/minutes,.*group\/minutes$/);
});

it('users of a central store may read their second secret where keys are too many for one, and nobody else’s', () => {
  const reads = (settings: Record<string, unknown>): string =>
    JSON.stringify(resourcesOf(synthesizedMember(settings), 'AWS::IAM::ManagedPolicy'));
  expect(reads({ ...SIDE, ...CENTRAL })).toContain('_User_${aws:username}/second_AccessKey-??????');
  expect(reads({ policies: [hourly], ...CENTRAL })).not.toContain('/second');
  expect(reads(CENTRAL)).not.toContain('/second');
});

it('results of policies expire, and each policy has alarms for failures and for runs that stop', () => {
  const template = centralTemplate(SIDE);
  const rules = JSON.stringify(resourcesOf(template, 'AWS::S3::Bucket'));
  expect(rules).toContain('{"ExpirationInDays":30,"Id":"Expire-policies","Prefix":"policies/","Status":"Enabled"}');
  const alarms = Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
  const own = alarms.filter(({ AlarmName }) => String(AlarmName).includes('-policy-'));
  expect(
    own.map(({ AlarmName, Period, EvaluationPeriods, TreatMissingData }) => [AlarmName, Period, EvaluationPeriods, TreatMissingData]),
  ).toEqual([
    ['iam-key-rotation-policy-failed', 300, 1, 'notBreaching'],
    ['iam-key-rotation-policy-not-running-fast', 300, 3, 'breaching'],
    ['iam-key-rotation-policy-not-running-hourly', 300, 18, 'breaching'],
  ]);
});

it.each<[string, Record<string, unknown>]>([
  ['everywhere', {}],
  ['with a central store', CENTRAL],
])('without policies there is not one resource, right or variable of theirs: %s', (_, settings) => {
  for (const template of [centralTemplate(settings), synthesizedMember(settings)]) {
    expect(without(template)).not.toMatch(/POLICIES|SeeWhoFollowsWhichPolicy|policies\/|-policy-|\/second/);
  }
});

it('with policies nothing is there less', () => {
  const names = (template: Template): string[] => Object.keys(template.toJSON()['Resources'] as object);
  for (const template of [centralTemplate, synthesizedMember])
    expect(names(template(SIDE))).toEqual(expect.arrayContaining(names(template(NONE))));
});
