import { KEY_ACTIONS, SECRET_ACTIONS } from '../../../cli/doctor/central-store';
import { exitCodeOf, fine, problem, type Diagnosis } from '../../../cli/doctor/finding';
import { showDiagnosis, unproven } from '../../../cli/doctor/show';
import type { Template } from 'aws-cdk-lib/assertions';
import { actionsOf, centralTemplate, permissionsOf, resource, synthesizedMember, type Statement } from '../../lib/synth';

const diagnosis = (more: Partial<Diagnosis> = {}): Diagnosis => ({
  when: 'deployed',
  account: '111122223333',
  region: 'eu-west-1',
  partition: 'aws',
  identity: 'arn:aws:iam::111122223333:role/operator',
  checks: [fine('sender', 'acme.test is verified')],
  accounts: [],
  ...more,
});
const sick = (id: number) => ({
  account: String(id).padStart(12, '0'),
  name: `Account ${id}`,
  status: 'problem' as const,
  says: 'no role',
  next: 'deploy it',
});

it('says that all is fine', () => {
  const shown = showDiagnosis(diagnosis());
  expect(shown).toContain('acme.test is verified');
  expect(shown).toContain('All is fine.');
  expect(shown).not.toContain('What to do');
});

it('gives one line to each account, and one step to all that need the same', () => {
  const accounts = Array.from({ length: 1_000 }, (_, index) => sick(index));
  const lines = showDiagnosis(diagnosis({ accounts, checks: [problem('alarms', 'nobody is told', 'subscribe', 'AWS says so')] })).split(
    '\n',
  );
  for (const { account } of accounts) expect(lines.filter((line) => line.includes(account) && line.includes('│'))).toHaveLength(1);
  const steps = lines.filter((line) => /^ +\d+\. /.test(line));
  expect(steps).toEqual([expect.stringContaining('alarms: nobody is told'), expect.stringContaining('and 995 more: no role')]);
  expect(lines.filter((line) => line.trim().startsWith('→'))).toHaveLength(2);
  expect(lines.at(-1)).toContain('1001 problems.');
});

it('has lines of the same length in a table', () => {
  const { checks } = diagnosis({ checks: [fine('a', 'short'), fine('schedule x', 'something much longer')] });
  const table = showDiagnosis(diagnosis({ checks }))
    .split('\n')
    .filter((line) => line.startsWith('│'));
  expect(new Set(table.map((line) => line.length)).size).toBe(1);
});

it.each([
  [[fine('a', '')], 0],
  [[fine('a', ''), problem('b', '', 'x')], 1],
  [[{ check: 'a', status: 'unknown' as const, says: '', next: 'x' }], 2],
  [[{ check: 'a', status: 'unknown' as const, says: '', next: 'x' }, problem('b', '', 'x')], 1],
])('ends %j with %i', (checks, exitCode) => {
  expect(exitCodeOf({ checks, accounts: [] })).toBe(exitCode);
});

it('does not mind accounts that the settings leave out', () => {
  const left = { account: '1', name: '', status: 'not rotated' as const, says: 'excluded' };
  expect(exitCodeOf({ checks: [], accounts: [left] })).toBe(0);
});

const TRIED = [
  'iam:GetGroup',
  'iam:GenerateCredentialReport',
  'iam:GetCredentialReport',
  'iam:ListUsers',
  'iam:GetUser',
  'iam:ListUserTags',
  'iam:ListGroupsForUser',
  'iam:ListAccessKeys',
  'iam:GetAccessKeyLastUsed',
  'secretsmanager:DescribeSecret',
];
const granted = (template: Template, role: string, sid = /./) =>
  permissionsOf(resource(template, 'AWS::IAM::Role', role))
    .filter(({ Sid = '', Effect }) => Effect === 'Allow' && sid.test(Sid))
    .flatMap((statement) => actionsOf(statement));

it('names every action of the member role that is not tried', () => {
  expect([...TRIED, ...unproven(false)].sort()).toEqual([...new Set(granted(synthesizedMember(), 'MemberRole'))].sort());
});

it('names every action for the central store that is not tried, of the member role, the rotator’s, and Secrets Manager', () => {
  const settings = { secretStore: 'central' };
  const central = centralTemplate(settings);
  const secrets = granted(central, 'RotatorRole', /Secret/);
  expect([...new Set(secrets)].sort()).toEqual([...SECRET_ACTIONS].sort());
  const { Statement } = resource(central, 'AWS::KMS::Key', 'Secrets').Properties['KeyPolicy'] as { Statement: Statement[] };
  const key = actionsOf(Statement.find(({ Sid }) => Sid === 'RotationWrites')!);
  expect([...key].sort()).toEqual([...KEY_ACTIONS].sort());
  const all = new Set([...granted(synthesizedMember(settings), 'MemberRole'), ...secrets, ...key]);
  const tried = [...TRIED, 'iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:AttachUserPolicy'];
  expect([...tried, ...unproven(true)].sort()).toEqual([...all].sort());
});
