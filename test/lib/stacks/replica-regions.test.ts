import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Template } from 'aws-cdk-lib/assertions';
import { REPLICA_KEY_ACTIONS } from '../../../cli/doctor/replica-keys';
import { addChecks } from '../../../lib/stacks/checks';
import { hasReplicaKeys, ReplicaKeyStack } from '../../../lib/stacks/replica-key-stack';
import { readSettings } from '../../../lib/settings/read';
import { policySize } from '../../../sandbox/cloudformation/policy-checks';
import { actionsOf, appOf, centralTemplate, flat, permissionsOf, resource, resourcesOf, synthesizedMember, type Statement } from '../synth';

const REGIONS = ['eu-central-1', 'us-east-1'];
const member = { replicaRegions: REGIONS };
const central = { ...member, secretStore: 'central' };
const centralAlone = { secretStore: 'central' };
const replicate = (template: Template, role: string) =>
  permissionsOf(resource(template, 'AWS::IAM::Role', role)).filter((one) =>
    actionsOf(one).includes('secretsmanager:ReplicateSecretToRegions'),
  );
const keyPolicy = (template: Template, type = 'AWS::KMS::Key'): Statement[] =>
  (Object.values(resourcesOf(template, type))[0]!.Properties['KeyPolicy'] as { Statement: Statement[] }).Statement;
const via = (statement: Statement | undefined): string[] => [statement?.Condition?.['StringEquals']?.['kms:ViaService']].flat().map(flat);

function replicaKey(settings: Record<string, unknown>): Template {
  const given = { sender: 'key-rotation@acme.test', ...settings };
  const app = appOf(given);
  addChecks(app);
  const stack = new ReplicaKeyStack(app, 'ReplicaKey', readSettings({ rotation: given }));
  return Template.fromStack(stack);
}

it('whoever stores secrets may replicate them to these regions and over nothing, and nobody else may', () => {
  const conditions = {
    'ForAllValues:StringEquals': { 'secretsmanager:AddReplicaRegions': REGIONS },
    StringEquals: { 'secretsmanager:ResourceTag/key-rotation:managed': 'true' },
    Null: { 'secretsmanager:AddReplicaRegions': 'false' },
    BoolIfExists: { 'secretsmanager:ForceOverwriteReplicaSecret': 'false' },
  };
  for (const [template, role, held] of [
    [synthesizedMember(member), 'MemberRole', true],
    [centralTemplate(member), 'RotatorRole', false],
    [synthesizedMember(central), 'MemberRole', false],
    [centralTemplate(central), 'RotatorRole', true],
  ] as const) {
    const found = replicate(template, role);
    expect(found).toHaveLength(held ? 1 : 0);
    for (const one of found) expect([actionsOf(one), one.Condition]).toEqual([['secretsmanager:ReplicateSecretToRegions'], conditions]);
  }
  for (const settings of [{}, centralAlone]) {
    expect(JSON.stringify([centralTemplate(settings).toJSON(), synthesizedMember(settings).toJSON()])).not.toMatch(
      /Replica(?!ted)|REPLICA/,
    );
  }
});

it('the key of the central store can be replicated to these regions by its account, from the first day on', () => {
  expect(keyPolicy(centralTemplate(central)).find(({ Sid }) => Sid === 'AccountReplicates')).toMatchObject({
    Action: 'kms:ReplicateKey',
    Condition: { StringEquals: { 'kms:ReplicaRegion': REGIONS } },
  });
  for (const settings of [central, centralAlone]) {
    expect(resource(centralTemplate(settings), 'AWS::KMS::Key', 'Secrets').Properties['MultiRegion']).toBe(true);
  }
});

it('a replica key is used through Secrets Manager only: by users in its own region, by the rotator to write, and outlives its stack', () => {
  const template = replicaKey({ ...central, breakGlassPrincipals: 'BreakGlass' });
  const key = resource(template, 'AWS::KMS::ReplicaKey', 'ReplicaKey');
  expect(key).toMatchObject({
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: { PrimaryKeyArn: { Ref: 'CentralKeyArn' } },
  });
  const [administered, ...use] = keyPolicy(template, 'AWS::KMS::ReplicaKey');
  expect(actionsOf(administered!).filter((action) => /crypt|GenerateDataKey|CreateGrant|ReplicateKey/.test(action))).toEqual([]);
  expect(use.map((one) => [one.Sid, actionsOf(one)])).toEqual([
    ['UsersReadTheirSecrets', ['kms:Decrypt']],
    ['BreakGlass', ['kms:Decrypt']],
    ['RotationWrites', REPLICA_KEY_ACTIONS],
  ]);
  for (const one of use.slice(0, 2)) expect(via(one)).toEqual(['secretsmanager.<Region>.amazonaws.com']);
  expect([use[2]?.Condition?.['StringEquals']?.['kms:ViaService']].flat()).toHaveLength(2);
  expect(use[0]?.Condition?.['StringEquals']).toMatchObject({ 'aws:PrincipalOrgID': { Ref: 'OrganizationId' } });
});

it('a replica key for a list of accounts is for users of these accounts', () => {
  const accounts = ['111111111111', '222222222222'];
  const template = replicaKey({ ...central, deployment: 'list', accounts });
  expect(Object.keys(template.toJSON()['Parameters'] as object)).toEqual(['CentralKeyArn', 'RotatorRoleArn']);
  expect(keyPolicy(template, 'AWS::KMS::ReplicaKey')[1]?.Condition?.['StringEquals']).toMatchObject({ 'kms:CallerAccount': accounts });
});

it('there are replica keys in the central store with replica regions only, and outputs for their parameters', () => {
  expect([central, member, centralAlone].map((one) => hasReplicaKeys(readSettings({ sender: 'a@acme.test', ...one })))).toEqual([
    true,
    false,
    false,
  ]);
  const outputs = centralTemplate(central).toJSON()['Outputs'] as Record<string, { Value: unknown }>;
  expect(Object.keys(outputs)).toEqual(expect.arrayContaining(['CentralKeyArn', 'RotatorRoleArn', 'OrganizationId']));
  expect(outputs['ReplicaKeyRegions']?.Value).toBe(REGIONS.join(','));
});

it('the policy of users holds as many regions as there may be', () => {
  const replicaRegions = RegionInfo.regions
    .map(({ name }) => name)
    .toSorted((a, b) => b.length - a.length)
    .slice(0, 20);
  const policy = Object.values(resourcesOf(synthesizedMember({ secretStore: 'central', replicaRegions }), 'AWS::IAM::ManagedPolicy'))[0]!;
  const part: Record<string, string> = { 3: 'ap-southeast-2', 4: '111122223333', 5: `key/mrk-${'0'.repeat(32)}` };
  const resolved = JSON.parse(
    JSON.stringify(policy.Properties['PolicyDocument'], (_, value: unknown) => {
      const [[name, argument] = ['', '']] =
        typeof value === 'object' && value !== null ? Object.entries(value as Record<string, unknown>) : [];
      if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map((one) => textOf(one)).join('');
      return name === 'Ref' ? textOf(value) : value;
    }),
  ) as Parameters<typeof policySize>[0];
  function textOf(value: unknown): string {
    if (typeof value === 'string') return value;
    const [[name, argument] = ['', '']] = Object.entries(value as Record<string, unknown>);
    if (name === 'Fn::Select') return part[String((argument as unknown[])[0])] ?? '';
    return (
      { 'AWS::Partition': 'aws-us-gov', 'AWS::AccountId': '111122223333' }[String(argument)] ??
      `arn:aws-us-gov:kms:ap-southeast-2:111122223333:${part[5]}`
    );
  }
  expect(policySize(resolved)).toBeGreaterThan(4_000);
  expect(policySize(resolved)).toBeLessThanOrEqual(6_144);
});
