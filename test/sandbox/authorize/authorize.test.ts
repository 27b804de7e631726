import type { Context } from '../../../sandbox/kernel/contracts';
import type { Kernel } from '../../../sandbox/kernel/kernel';
import { people } from '../../../sandbox/kernel/people';
import type { PolicyDocument, Principal, Statement } from '../../../sandbox/kernel/world';
import { addRole, allow, deny, management, member, newKernel, policy, start, thrown } from '../harness';

let kernel: Kernel;
beforeEach(() => {
  kernel = newKernel();
});

const trust = (principal: Statement['Principal'], rest: Partial<Statement> = {}): PolicyDocument =>
  policy({ Effect: 'Allow', Principal: principal!, Action: 'sts:AssumeRole', ...rest });
function user(name: string, statements: Statement[], account = management): Principal {
  const made = people(kernel, account).addUser({ name, tags: { team: 'blue' }, policies: { inline: policy(...statements) } });
  return { kind: 'user', account, arn: made.arn, name, userId: made.id };
}
function session(statements: Statement[], rest: Parameters<typeof addRole>[5] = {}): Principal {
  const role = addRole(kernel, management, 'worker', trust({ Service: 'lambda.amazonaws.com' }), policy(...statements), rest);
  return kernel.rolePrincipal(role.arn, 'run');
}
const allowed = (principal: Principal, action: string, resource = '*', context?: Context): boolean =>
  kernel.authorize(principal, action, resource, context).allowed;

describe('identity policies', () => {
  it('allow what they name, and nothing else', () => {
    const ana = user('ana', [allow('iam:List*', 'arn:aws:iam::*:user/a?a')]);
    expect(allowed(ana, 'iam:ListAccessKeys', `arn:aws:iam::${management}:user/ana`)).toBe(true);
    expect(allowed(ana, 'IAM:LISTACCESSKEYS', `arn:aws:iam::${management}:user/ana`)).toBe(true);
    expect(allowed(ana, 'iam:ListAccessKeys', `arn:aws:iam::${management}:user/anna`)).toBe(false);
    expect(allowed(ana, 'iam:CreateAccessKey', `arn:aws:iam::${management}:user/ana`)).toBe(false);
    expect(allowed(ana, 'iam:ListUsers', '*')).toBe(false);
  });

  it('deny before they allow', () => {
    const ana = user('ana', [allow('*'), deny('iam:DeleteAccessKey')]);
    expect(kernel.authorize(ana, 'iam:DeleteAccessKey', 'arn:aws:iam::1:user/x')).toEqual({
      allowed: false,
      message: `User: arn:aws:iam::${management}:user/ana is not authorized to perform: iam:DeleteAccessKey on resource: arn:aws:iam::1:user/x with an explicit deny in an identity-based policy`,
    });
  });

  it('refuse in the words of AWS', () => {
    const message = `User: arn:aws:iam::${management}:user/ana is not authorized to perform: iam:ListAccessKeys on resource: arn:aws:iam::${management}:user/ana because no identity-based policy allows the iam:ListAccessKeys action`;
    expect(kernel.authorize(user('ana', []), 'iam:ListAccessKeys', `arn:aws:iam::${management}:user/ana`).message).toBe(message);
  });

  it('reach users through their groups, and through managed policies', () => {
    const ana = user('ana', []);
    people(kernel, management).addGroup('readers', { policies: { read: policy(allow('iam:GetUser')) } });
    people(kernel, management).addToGroup('ana', 'readers');
    expect(allowed(ana, 'iam:GetUser')).toBe(true);
    kernel.account(management).users.get('ana')!.attachedPolicies.add('arn:aws:iam::aws:policy/AdministratorAccess');
    expect(allowed(ana, 'iam:CreateUser')).toBe(true);
  });

  it('understand NotAction and NotResource', () => {
    const ana = user('ana', [{ Effect: 'Allow', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::secret/*' }]);
    expect(allowed(ana, 's3:GetObject', 'arn:aws:s3:::open/x')).toBe(true);
    expect(allowed(ana, 's3:GetObject', 'arn:aws:s3:::secret/x')).toBe(false);
    expect(allowed(ana, 'iam:ListUsers')).toBe(false);
  });

  it('refuse an element or an operator that the sandbox does not know', () => {
    const ana = user('ana', [{ ...allow('s3:*'), Ressource: '*' } as Statement]);
    expect(() => allowed(ana, 's3:GetObject')).toThrow('policy element Ressource is not supported');
    const bob = user('bob', [allow('s3:*', '*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })]);
    expect(() => allowed(bob, 's3:GetObject')).toThrow('condition operator IpAddress is not supported');
  });
});

describe('policy variables', () => {
  it('stand for the caller, and their wildcards are not wild', () => {
    const own = [allow('iam:*AccessKey*', `arn:aws:iam::*:user/\${aws:username}`)];
    expect(allowed(user('ana', own), 'iam:CreateAccessKey', `arn:aws:iam::${management}:user/ana`)).toBe(true);
    expect(allowed(user('bob', own), 'iam:CreateAccessKey', `arn:aws:iam::${management}:user/ana`)).toBe(false);
    const tagged = user('eve', [allow('s3:GetObject', `arn:aws:s3:::b/\${aws:RequestTag/x}`)]);
    expect(allowed(tagged, 's3:GetObject', 'arn:aws:s3:::b/anything', { 'aws:RequestTag/x': '*' })).toBe(false);
  });

  it('match nothing without a value, unless they have a default', () => {
    const worker = session([
      allow('s3:GetObject', `arn:aws:s3:::b/\${aws:username}`),
      allow('s3:PutObject', `arn:aws:s3:::b/\${aws:username, 'role'}`),
    ]);
    expect(allowed(worker, 's3:GetObject', `arn:aws:s3:::b/\${aws:username}`)).toBe(false);
    expect(allowed(worker, 's3:PutObject', 'arn:aws:s3:::b/role')).toBe(true);
  });

  it('are plain text in policies of the old version', () => {
    const ana = user('ana', []);
    kernel
      .account(management)
      .users.get('ana')!
      .inlinePolicies.set('old', { Statement: allow('s3:*', `arn:aws:s3:::\${aws:username}`) });
    expect(allowed(ana, 's3:GetObject', 'arn:aws:s3:::ana')).toBe(false);
  });
});

describe('conditions', () => {
  const context = {
    'aws:RequestTag/a': 'x',
    'aws:TagKeys': ['a', 'b'],
    'x:n': '5',
    'x:arn': 'arn:aws:iam::1:role/r',
    'x:when': '2026-03-01T00:00:00Z',
  };
  it.each<[string, NonNullable<Statement['Condition']>, boolean]>([
    ['StringEquals with other values', { StringEquals: { 'aws:RequestTag/a': ['y', 'X'] } }, false],
    ['StringEquals ignoring the key case', { StringEquals: { 'AWS:RequestTag/a': ['y', 'x'] } }, true],
    ['StringNotEquals', { StringNotEquals: { 'aws:RequestTag/a': 'x' } }, false],
    ['StringNotEquals without a value', { StringNotEquals: { 'aws:RequestTag/zz': 'x' } }, true],
    ['StringEquals without a value', { StringEquals: { 'aws:RequestTag/zz': 'x' } }, false],
    ['StringEqualsIfExists without a value', { StringEqualsIfExists: { 'aws:RequestTag/zz': 'x' } }, true],
    ['StringLike', { StringLike: { 'aws:RequestTag/a': '?' } }, true],
    ['StringEqualsIgnoreCase', { StringEqualsIgnoreCase: { 'aws:RequestTag/a': 'X' } }, true],
    ['Null true', { Null: { 'aws:RequestTag/zz': 'true' } }, true],
    ['Null false', { Null: { 'aws:RequestTag/a': 'false' } }, true],
    ['ForAllValues', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b', 'c'] } }, true],
    ['ForAllValues with one outside', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } }, false],
    ['ForAllValues without a value', { 'ForAllValues:StringEquals': { 'x:none': ['a'] } }, true],
    ['ForAnyValue', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['b'] } }, true],
    ['ForAnyValue without a value', { 'ForAnyValue:StringEquals': { 'x:none': ['a'] } }, false],
    ['NumericLessThan', { NumericLessThan: { 'x:n': '6' } }, true],
    ['NumericGreaterThanEquals', { NumericGreaterThanEquals: { 'x:n': '6' } }, false],
    ['ArnLike within a part', { ArnLike: { 'x:arn': 'arn:aws:iam::*:role/*' } }, true],
    ['ArnLike across parts', { ArnLike: { 'x:arn': 'arn:*:role/r' } }, false],
    ['DateGreaterThan', { DateGreaterThan: { 'x:when': '2026-02-01T00:00:00Z' } }, true],
    ['Bool', { Bool: { 'aws:SecureTransport': 'true' } }, true],
    ['all keys of all operators', { StringLike: { 'aws:RequestTag/a': 'x', 'x:n': '6' } }, false],
  ])('%s', (_, Condition, expected) => {
    expect(allowed(user('ana', [allow('s3:GetObject', '*', { Condition })]), 's3:GetObject', '*', context)).toBe(expected);
  });

  it.each([
    ['aws:PrincipalArn', `arn:aws:iam::${management}:user/ana`],
    ['aws:PrincipalAccount', management],
    ['aws:PrincipalOrgID', 'o-a1b2c3d4e5'],
    ['aws:username', 'ana'],
    ['aws:PrincipalTag/team', 'blue'],
    ['aws:PrincipalType', 'User'],
  ])('know %s', (key, value) => {
    const ana = user('ana', [allow('s3:GetObject', '*', { Condition: { StringEquals: { [key]: value } } })]);
    expect(allowed(ana, 's3:GetObject')).toBe(true);
  });

  it('know the time of the sandbox', () => {
    const ana = user('ana', [
      allow('s3:GetObject', '*', { Condition: { DateLessThan: { 'aws:CurrentTime': new Date(start.getTime() + 60_000).toISOString() } } }),
    ]);
    expect(allowed(ana, 's3:GetObject')).toBe(true);
    kernel.clock.advance(60_000);
    expect(allowed(ana, 's3:GetObject')).toBe(false);
  });
});

describe('boundaries and session policies', () => {
  const bounded = (boundary: Statement[], identity: Statement[]): Principal => {
    const arn = `arn:aws:iam::${management}:policy/edge`;
    kernel.account(management).managedPolicies.set(arn, { arn, name: 'edge', document: policy(...boundary) });
    return session(identity, { boundary: arn });
  };

  it('limit what identity policies allow', () => {
    const worker = bounded([allow('s3:*')], [allow('*')]);
    expect(allowed(worker, 's3:GetObject')).toBe(true);
    expect(kernel.authorize(worker, 'iam:ListUsers', '*').message).toMatch(
      /because no permissions boundary allows the iam:ListUsers action$/,
    );
    const narrow = { ...worker, session: { name: 'run', tags: {}, policy: policy(allow('s3:GetObject')) } };
    expect(allowed(narrow, 's3:GetObject')).toBe(true);
    expect(kernel.authorize(narrow, 's3:PutObject', '*').message).toMatch(/because no session policy allows the s3:PutObject action$/);
  });

  it('fail when a managed policy does not exist', () => {
    expect(() => allowed(session([], { boundary: 'arn:aws:iam::1:policy/none' }), 's3:GetObject')).toThrow(
      /managed policy .* does not exist/,
    );
  });
});

describe('resource policies', () => {
  const bucket = (...statements: Statement[]): void => {
    kernel.account(management).buckets.set('data', {
      name: 'data',
      region: 'eu-west-1',
      arn: 'arn:aws:s3:::data',
      objects: new Map(),
      policy: policy(...statements),
    });
  };
  const object = 'arn:aws:s3:::data/x';

  it('suffice in the same account when they name the caller', () => {
    const ana = user('ana', []);
    bucket({ Effect: 'Allow', Principal: { AWS: ana.arn }, Action: 's3:GetObject', Resource: object });
    expect(allowed(ana, 's3:GetObject', object)).toBe(true);
    expect(allowed(user('bob', []), 's3:GetObject', object)).toBe(false);
  });

  it('only delegate to identity policies when they name the account', () => {
    bucket({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${management}:root` }, Action: 's3:GetObject', Resource: object });
    expect(allowed(user('ana', []), 's3:GetObject', object)).toBe(false);
    expect(allowed(user('bob', [allow('s3:GetObject')]), 's3:GetObject', object)).toBe(true);
  });

  it('must agree with identity policies across accounts', () => {
    const ana = user('ana', [allow('s3:*')], member);
    const bob = user('bob', [], member);
    bucket();
    expect(kernel.authorize(ana, 's3:GetObject', object).message).toMatch(
      /because no resource-based policy allows the s3:GetObject action$/,
    );
    bucket({ Effect: 'Allow', Principal: { AWS: [ana.arn, bob.arn] }, Action: 's3:GetObject', Resource: object });
    expect(allowed(ana, 's3:GetObject', object)).toBe(true);
    expect(allowed(bob, 's3:GetObject', object)).toBe(false);
  });

  it('deny everybody who does not come over TLS, which everybody does', () => {
    bucket(deny('s3:*', object, { Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }));
    expect(allowed(user('ana', [allow('s3:*')]), 's3:GetObject', object)).toBe(true);
  });

  it('deny what identity policies allow', () => {
    bucket(deny('s3:*', object, { Principal: '*' }));
    expect(kernel.authorize(user('ana', [allow('s3:*')]), 's3:GetObject', object).message).toMatch(
      /with an explicit deny in a resource-based policy$/,
    );
  });

  it('decide alone about services', () => {
    const logs = kernel.servicePrincipal('logging.s3.amazonaws.com', management);
    bucket({
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: object,
      Condition: { StringEquals: { 'aws:SourceAccount': management } },
    });
    expect(allowed(logs, 's3:PutObject', object)).toBe(true);
    expect(allowed(kernel.servicePrincipal('logging.s3.amazonaws.com', member), 's3:PutObject', object)).toBe(false);
    expect(allowed(kernel.servicePrincipal('sns.amazonaws.com', management), 's3:PutObject', object)).toBe(false);
  });
});

describe('role trust', () => {
  const target = (document: PolicyDocument): string => addRole(kernel, member, 'target', document, policy()).arn;

  it('is needed besides the identity policy across accounts', () => {
    const ana = user('ana', [allow('sts:AssumeRole')]);
    expect(allowed(ana, 'sts:AssumeRole', target(trust({ AWS: management })))).toBe(true);
    expect(allowed(ana, 'sts:AssumeRole', target(trust({ AWS: member })))).toBe(false);
    expect(allowed(user('bob', []), 'sts:AssumeRole', target(trust({ AWS: management })))).toBe(false);
  });

  it('is needed in the same account too, and naming the account is not enough without an identity policy', () => {
    const eve = user('eve', [], member);
    expect(allowed(eve, 'sts:AssumeRole', target(trust({ AWS: eve.arn })))).toBe(true);
    expect(allowed(eve, 'sts:AssumeRole', target(trust({ AWS: member })))).toBe(false);
    expect(allowed(user('eva', [allow('*')], member), 'sts:AssumeRole', target(trust({ Service: 'ec2.amazonaws.com' })))).toBe(false);
  });

  it('names a role with its path, or by condition', () => {
    const worker = session([allow('sts:AssumeRole')], { path: '/app/', arn: `arn:aws:iam::${management}:role/app/worker` });
    expect(allowed(worker, 'sts:AssumeRole', target(trust({ AWS: `arn:aws:iam::${management}:role/app/worker` })))).toBe(true);
    const condition = {
      StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
      ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${management}:role/app/worker` },
    };
    expect(allowed(worker, 'sts:AssumeRole', target(trust({ AWS: management }, { Condition: condition })))).toBe(true);
    const other = { StringEquals: { 'aws:PrincipalOrgID': 'o-other' } };
    expect(allowed(worker, 'sts:AssumeRole', target(trust({ AWS: management }, { Condition: other })))).toBe(false);
  });

  it('is closed while the account is suspended', () => {
    const arn = target(trust({ AWS: management }));
    kernel.world.organization.members.get(member)!.state = 'SUSPENDED';
    const ana = user('ana', [allow('sts:AssumeRole')]);
    expect(allowed(ana, 'sts:AssumeRole', arn)).toBe(false);
    expect(thrown(() => kernel.assumeRole({ principal: ana, region: 'eu-west-1' }, arn, 'x'))).toBe('AccessDenied');
  });
});

it('lets everybody ask who they are', () => {
  expect(allowed(user('ana', []), 'sts:GetCallerIdentity')).toBe(true);
});
