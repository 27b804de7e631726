import { actionsOf, centralTemplate, flat, permissionsOf, resource, resourcesOf, synthesizedMember, type Statement } from '../synth';

const settings = { secretStore: 'central' };
const central = centralTemplate(settings);
const member = synthesizedMember(settings);
const statements = (template: typeof central, role: string): Statement[] => permissionsOf(resource(template, 'AWS::IAM::Role', role));
const sids = (template: typeof central, role: string): (string | undefined)[] => statements(template, role).map(({ Sid }) => Sid);
const keyPolicy = (template: typeof central): Statement[] =>
  (resource(template, 'AWS::KMS::Key', 'Secrets').Properties['KeyPolicy'] as { Statement: Statement[] }).Statement;
const keyStatement = (template: typeof central, sid: string) => keyPolicy(template).find(({ Sid }) => Sid === sid);
const readers = (template: typeof central) => Object.values(resourcesOf(template, 'AWS::IAM::ManagedPolicy'))[0];
const VIA = { 'kms:ViaService': expect.objectContaining({ 'Fn::Join': expect.anything() as unknown }) as unknown };

it('lets the rotator alone write secrets, of every account, in its own', () => {
  const handOut = statements(central, 'RotatorRole').find(({ Sid }) => Sid === 'StoreKeysInSecrets');
  expect(flat(handOut?.Resource)).toBe('arn:<Partition>:secretsmanager:<Region>:<AccountId>:secret:Account_*_User_*_AccessKey-??????');
  expect(JSON.stringify(statements(central, 'RotatorRole').filter(({ Effect }) => Effect === 'Allow'))).not.toMatch(/GetSecretValue|kms:/);
  for (const [template, role] of [
    [central, 'ManagementAccountRole'],
    [member, 'MemberRole'],
  ] as const) {
    expect(sids(template, role).slice(-6)).toEqual([
      'SeeFormerSecrets',
      'FindSecretsOfGoneUsers',
      'LearnThatSecretIsMissing',
      'LetUsersReadTheirSecret',
      'CompareReaderPolicy',
      'NeverReadSecrets',
    ]);
    const secrets = statements(template, role).filter(
      (one) => one.Effect === 'Allow' && actionsOf(one).some((action) => action.startsWith('secretsmanager:')),
    );
    expect(secrets.flatMap(actionsOf)).toEqual([
      'secretsmanager:DescribeSecret',
      'secretsmanager:ListSecretVersionIds',
      'secretsmanager:ListSecrets',
      'secretsmanager:DescribeSecret',
    ]);
  }
});

it('lets the member role attach the one policy and no other, and see it', () => {
  const attach = statements(member, 'MemberRole').find(({ Sid }) => Sid === 'LetUsersReadTheirSecret');
  const [policy] = Object.keys(resourcesOf(member, 'AWS::IAM::ManagedPolicy'));
  expect(actionsOf(attach!)).toEqual(['iam:AttachUserPolicy']);
  expect(attach?.Condition).toEqual({ ArnEquals: { 'iam:PolicyARN': { Ref: policy } } });
  const see = statements(member, 'MemberRole').find(({ Sid }) => Sid === 'CompareReaderPolicy');
  expect([actionsOf(see!), see?.Resource]).toEqual([['iam:GetPolicy', 'iam:GetPolicyVersion'], { Ref: policy }]);
});

it('has a key that rotates, outlives the stack, and is used through Secrets Manager only', () => {
  const key = resource(central, 'AWS::KMS::Key', 'Secrets');
  expect(key).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', Properties: { EnableKeyRotation: true } });
  const use = keyPolicy(central).filter((one) =>
    actionsOf(one).some((action) => /Decrypt|Encrypt|GenerateDataKey|CreateGrant/.test(action)),
  );
  expect(use.map(({ Sid }) => Sid)).toEqual(['UsersReadTheirSecrets', 'RotationWrites']);
  for (const { Condition } of use) expect(Condition?.['StringEquals']).toMatchObject(VIA);
  expect(flat((keyStatement(central, 'RotationWrites')?.Principal as { AWS: unknown }).AWS)).toBe('<RotatorRole.Arn>');
});

it('lets users of the organization decrypt, or of the listed accounts, and break-glass roles of its own account where there are some', () => {
  const organization = keyStatement(central, 'UsersReadTheirSecrets')?.Condition?.['StringEquals'];
  expect(flat(organization?.['aws:PrincipalOrgID'])).toBe('<OrganizationFacts.OrganizationId>');
  const listed = centralTemplate({
    ...settings,
    deployment: 'list',
    accounts: ['111111111111', '222222222222'],
    breakGlassPrincipals: ['Glass'],
  });
  const accounts = keyStatement(listed, 'UsersReadTheirSecrets')?.Condition;
  expect(accounts?.['StringEquals']?.['kms:CallerAccount']).toEqual(['111111111111', '222222222222']);
  expect([accounts?.['ArnLike']?.['aws:PrincipalArn']].flat().map(flat)).toEqual(['arn:<Partition>:iam::*:user/*']);
  const glass = keyStatement(listed, 'BreakGlass')?.Condition;
  expect(glass?.['StringEquals']).toMatchObject(VIA);
  expect([glass?.['ArnLike']?.['aws:PrincipalArn']].flat().map(flat)).toEqual(['arn:<Partition>:iam::<AccountId>:role/Glass']);
});

it.each([
  ['the management account', central],
  ['a member account', member],
])('lets users of %s read the secret of their own name only, and keeps that policy', (_, template) => {
  const policy = readers(template);
  expect(policy).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  const [read, decrypt] = (policy?.Properties['PolicyDocument'] as { Statement: Statement[] }).Statement;
  expect(actionsOf(read!)).toEqual(['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue']);
  expect(JSON.stringify(read?.Resource)).toContain('_User_${aws:username}_AccessKey-??????');
  expect(decrypt?.Condition?.['StringEquals']).toMatchObject(VIA);
});

it('makes none of it in the member store', () => {
  for (const template of [centralTemplate(), synthesizedMember()]) {
    for (const type of ['AWS::KMS::Key', 'AWS::IAM::ManagedPolicy']) template.resourceCountIs(type, 0);
    expect(JSON.stringify(template.toJSON())).not.toMatch(/CENTRAL_STORE|CentralKeyArn|AttachUserPolicy/);
  }
});
