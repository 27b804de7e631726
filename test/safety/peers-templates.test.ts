import { rotatorEnvironment } from '../../lambda/shared/environment';
import { centralTemplate, flat, permissionsOf, resource, resourcesOf, synthesizedMember, type Resource } from '../lib/synth';

const central = centralTemplate();
const member = synthesizedMember();

it.each([
  [{}, ['90d', '100d', '110d', '7d']],
  [{ rotate: '75d', disable: '85d', delete: '95d', warn: '3d' }, ['75d', '85d', '95d', '3d']],
  [{ rotate: '36h', disable: '48h', delete: '60h', warn: '30m', schedule: 'rate(1 hour)' }, ['36h', '48h', '60h', '30m']],
])('PEERS 16: settings %j reach the function under the names that it reads', (settings, [rotate, disable, remove, warn]) => {
  const { Environment } = resource(centralTemplate(settings), 'AWS::Lambda::Function', 'RotatorFunction').Properties as {
    Environment: { Variables: Record<string, unknown> };
  };
  const given = JSON.parse(String(Environment.Variables['POLICY'])) as Record<string, string>;
  expect(given).toMatchObject({ rotate, disable, delete: remove, warn: [warn] });
  const variables = Object.entries(Environment.Variables).map(([name, value]) => [name, typeof value === 'string' ? value : 'resolved']);
  const { POLICY: read } = rotatorEnvironment(Object.fromEntries(variables) as NodeJS.ProcessEnv);
  const notation = (period: unknown): string => {
    const { days = 0, milliseconds = 0 } = period as { days?: number; milliseconds?: number };
    if (days > 0) return `${days}d`;
    return milliseconds % 3_600_000 === 0 ? `${milliseconds / 3_600_000}h` : `${milliseconds / 60_000}m`;
  };
  expect([read.rotate, read.disable, read.delete, ...read.warn].map(notation)).toEqual([rotate, disable, remove, warn]);
});

describe('PEERS 22: permissions match secrets with the random suffix of their ARNs', () => {
  it.each([
    ['the management account', central, 'ManagementAccountRole'],
    ['a member account', member, 'MemberRole'],
  ])('in %s', (_, template, id) => {
    const statement = permissionsOf(resource(template, 'AWS::IAM::Role', id)).find(({ Sid }) => Sid === 'StoreKeysInSecrets');
    const patterns = [statement?.Resource].flat().map(flat);
    expect(patterns).toEqual(['arn:<Partition>:secretsmanager:<Region>:<AccountId>:secret:Account_<AccountId>_User_*_AccessKey-??????']);
  });
});

describe('PEERS 30: what fails is kept, raises an alarm, and ends', () => {
  const functions = Object.entries(resourcesOf(central, 'AWS::Lambda::Function'));
  const idOf = (reference: unknown): string =>
    (reference as { Ref?: string }).Ref ?? (reference as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0] ?? '';

  it('every function hands its failed events to a queue that keeps them for 14 days, after two repeats and six hours at most', () => {
    const [[queueId, queue] = ['', undefined], ...others] = Object.entries(resourcesOf(central, 'AWS::SQS::Queue'));
    expect(others).toEqual([]);
    expect(queue?.Properties).toMatchObject({ MessageRetentionPeriod: 1_209_600 });
    const configured = Object.values(resourcesOf(central, 'AWS::Lambda::EventInvokeConfig')).map(({ Properties }) => {
      const { OnFailure } = Properties['DestinationConfig'] as { OnFailure: { Destination: unknown } };
      expect(Properties).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600 });
      expect(idOf(OnFailure.Destination)).toBe(queueId);
      return idOf(Properties['FunctionName']);
    });
    expect(configured.sort()).toEqual(functions.map(([id]) => id).sort());
  });

  it('an alarm watches that queue and each function that works by itself, and tells a topic', () => {
    const alarms = Object.values(resourcesOf(central, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
    const [topic, ...others] = Object.keys(resourcesOf(central, 'AWS::SNS::Topic'));
    expect(others).toEqual([]);
    for (const alarm of alarms) expect((alarm['AlarmActions'] as unknown[]).map(idOf)).toEqual([topic]);
    const watched = alarms
      .filter(({ MetricName }) => MetricName === 'Errors' || MetricName === 'ApproximateNumberOfMessagesVisible')
      .map(({ MetricName, Dimensions }) => [MetricName, ...(Dimensions as { Value: unknown }[]).map(({ Value }) => idOf(Value))].join(' '));
    const worker = (name: string): string => functions.find(([id]) => id.startsWith(`${name}Function`))?.[0] ?? '';
    const failing = ['Orchestrator', 'Rotator', 'Reporter'].map((name) => `Errors ${worker(name)}`);
    const [queueId] = Object.keys(resourcesOf(central, 'AWS::SQS::Queue'));
    expect(watched.sort()).toEqual([...failing, `ApproximateNumberOfMessagesVisible ${queueId ?? ''}`].sort());
  });

  it('every log expires', () => {
    const groups = Object.values(resourcesOf(central, 'AWS::Logs::LogGroup'));
    expect(groups).toHaveLength(functions.length);
    for (const { Properties } of groups) expect(Properties['RetentionInDays']).toBeGreaterThan(0);
  });

  it('every function ends within Lambda’s limit', () => {
    for (const [, { Properties }] of functions) expect(Properties['Timeout']).toBeLessThanOrEqual(900);
  });
});

describe('PEERS 31: privileges stay small', () => {
  const allowedTo = (role: Resource) => permissionsOf(role).filter(({ Effect }) => Effect === 'Allow');
  const roles = [central, member].flatMap((template) => Object.entries(resourcesOf(template, 'AWS::IAM::Role')));

  it('no role takes a managed policy of AWS, and there is no other policy beside those in the roles', () => {
    for (const [, { Properties }] of roles) expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    for (const template of [central, member]) {
      for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::UserPolicy'])
        expect(resourcesOf(template, type)).toEqual({});
    }
  });

  it.each(roles.map(([id, role]) => [id, role] as const))(
    '%s may do named things only, and nothing that gives rights to anybody',
    (_, role) => {
      const actions = allowedTo(role).flatMap(({ Action }) => [Action].flat());
      expect(actions.length).toBeGreaterThan(0);
      for (const action of actions) {
        expect(action).not.toContain('*');
        expect(action).not.toMatch(/^iam:(Put|Attach|Detach|Create(?!AccessKey)|Add|Pass|Set|Update(?!AccessKey))/);
        expect(action).not.toMatch(/^(secretsmanager:(Get|BatchGet)SecretValue|kms:|sts:(?!AssumeRole$))/);
      }
    },
  );

  it.each(roles.map(([id, role]) => [id, role] as const).filter(([, role]) => JSON.stringify(allowedTo(role)).includes('secretsmanager:')))(
    '%s, which writes secrets, is refused to read any, whatever else would allow it',
    (_, role) => {
      const refused = permissionsOf(role).filter(({ Effect, Resource }) => Effect === 'Deny' && [Resource].flat().includes('*'));
      const actions = refused.filter(({ Condition }) => Condition === undefined).flatMap(({ Action }) => [Action].flat());
      expect(actions).toEqual(expect.arrayContaining(['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue']));
    },
  );

  it('every statement that covers all resources is about an action that knows none', () => {
    const wide = roles.flatMap(([, role]) => allowedTo(role).filter(({ Resource }) => [Resource].flat().includes('*')));
    expect([...new Set(wide.flatMap(({ Action }) => [Action].flat()))].sort()).toEqual([
      'iam:GenerateCredentialReport',
      'iam:GetCredentialReport',
      'iam:ListUsers',
      'organizations:DescribeOrganization',
      'organizations:ListAccounts',
      'organizations:ListRoots',
      'secretsmanager:ListSecrets',
      'ses:GetSuppressedDestination',
    ]);
  });
});
