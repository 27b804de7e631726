import { serviceControlPolicy } from '../../../lib/documents/service-control-policy';
import { checkPolicy, policyLimits, policySize } from '../../../sandbox/cloudformation/policy-checks';
import type { Context } from '../../../sandbox/kernel/contracts';
import { organization } from '../../../sandbox/kernel/organization';
import type { PolicyDocument } from '../../../sandbox/kernel/world';
import { addRole, allow, management, member, newKernel, policy } from '../../sandbox/harness';

const document = serviceControlPolicy() as PolicyDocument;
const kernel = newKernel();
organization(kernel).putServiceControlPolicy(document);

const trust = policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' });
/** Whether a role of that name that may do anything may do this, with the policy attached to the root. */
function may(account: string, role: string, action: string, resource: string, context: Context = {}): boolean {
  const { arn } = kernel.account(account).roles.get(role) ?? addRole(kernel, account, role, trust, policy(allow('*')));
  return kernel.authorize(kernel.rolePrincipal(arn, 'test'), action, resource, context).allowed;
}

const iam = (resource: string): string => `arn:aws:iam::${member}:${resource}`;
const memberRole = iam('role/iam-key-rotation-member');
const group = iam('group/IAMKeyRotationExemptionGroup');
const secret = `arn:aws:secretsmanager:eu-west-1:${member}:secret:Account_${member}_User_alice_AccessKey-AbCdEf`;
const DEPLOYMENT = 'stacksets-exec-0123456789abcdef0123456789abcdef';
const ROTATION = 'iam-key-rotation-member';
const OPERATOR = 'KeyRotationOperator';
const ours = { 'aws:TagKeys': ['key-rotation:AKIAIOSFODNN7EXAMPLE'] };

const PROTECTED: [action: string, resource: string, context: Context, excepted: string[]][] = [
  ['iam:UpdateAssumeRolePolicy', memberRole, {}, [DEPLOYMENT]],
  ['iam:PutRolePolicy', memberRole, {}, [DEPLOYMENT]],
  ['iam:DeleteRole', memberRole, {}, [DEPLOYMENT]],
  ['iam:CreateRole', memberRole, {}, [DEPLOYMENT]],
  ['iam:CreateRole', iam(`role/${DEPLOYMENT}`), {}, [DEPLOYMENT]],
  ['iam:UpdateAssumeRolePolicy', iam(`role/${OPERATOR}`), {}, [DEPLOYMENT]],
  ['iam:AddUserToGroup', group, {}, [DEPLOYMENT, OPERATOR]],
  ['iam:RemoveUserFromGroup', group, {}, [DEPLOYMENT, OPERATOR]],
  ['iam:DeleteGroup', group, {}, [DEPLOYMENT, OPERATOR]],
  ['iam:TagUser', iam('user/alice'), ours, [ROTATION, OPERATOR]],
  ['iam:TagUser', iam('user/path/alice'), { 'aws:TagKeys': ['team', 'key-rotation:exempt-until'] }, [ROTATION, OPERATOR]],
  ['iam:UntagUser', iam('user/alice'), ours, [ROTATION, OPERATOR]],
  ['iam:CreateUser', iam('user/mallory'), ours, [ROTATION, OPERATOR]],
  ['secretsmanager:PutSecretValue', secret, {}, [ROTATION, OPERATOR]],
  ['secretsmanager:PutResourcePolicy', secret, {}, [ROTATION, OPERATOR]],
  ['secretsmanager:DeleteResourcePolicy', secret, {}, [ROTATION, OPERATOR]],
  ['secretsmanager:DeleteSecret', secret, {}, [ROTATION, OPERATOR]],
  ['secretsmanager:UpdateSecretVersionStage', secret, {}, [ROTATION, OPERATOR]],
];

describe('the service control policy', () => {
  it('is one that AWS takes: known actions, no principal, within the size limit', async () => {
    await expect(checkPolicy(document, 'identity')).resolves.toBeUndefined();
    expect(policySize(document)).toBeLessThanOrEqual(policyLimits.serviceControl);
  });

  it.each(PROTECTED)('keeps %s on %s with %j from everybody but %j', (action, resource, context, excepted) => {
    const allowed = ['Administrator', DEPLOYMENT, ROTATION, OPERATOR].filter((role) => may(member, role, action, resource, context));
    expect(allowed).toEqual([DEPLOYMENT, ROTATION, OPERATOR].filter((role) => excepted.includes(role)));
  });

  it.each<[action: string, resource: string, context: Context]>([
    ['iam:TagUser', iam('user/alice'), { 'aws:TagKeys': ['team'] }],
    ['iam:CreateUser', iam('user/alice'), {}],
    ['iam:CreateAccessKey', iam('user/alice'), {}],
    ['iam:PutRolePolicy', iam('role/other'), {}],
    ['iam:AddUserToGroup', iam('group/developers'), {}],
    ['secretsmanager:PutSecretValue', `arn:aws:secretsmanager:eu-west-1:${member}:secret:database-AbCdEf`, {}],
    ['secretsmanager:GetSecretValue', secret, {}],
  ])('leaves %s on %s with %j to the policies of the account', (action, resource, context) => {
    expect(may(member, 'Administrator', action, resource, context)).toBe(true);
  });

  it('does not bind the management account, as AWS says of all of them', () => {
    expect(may(management, 'Administrator', 'iam:DeleteRole', `arn:aws:iam::${management}:role/iam-key-rotation-member`)).toBe(true);
  });
});
