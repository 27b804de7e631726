import { App, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal } from 'aws-cdk-lib/aws-iam';
import { KEY_EXPLANATION, keyPolicy, keyStatement, viaSecretsManager, type KeyReaders } from '../../../lib/permissions/key-policy';

interface Statement {
  Sid: string;
  Action: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

const stack = new Stack(new App(), 'Stack', { env: { account: '999999999999', region: 'eu-west-1' } });
function statements(readers: Partial<KeyReaders> = {}): Statement[] {
  const policy = keyPolicy(stack, { organizationId: 'o-1', accounts: [], breakGlass: [], ...readers });
  return (stack.resolve(policy.toJSON()) as { Statement: Statement[] }).Statement;
}
const of = (sid: string, readers: Partial<KeyReaders> = {}): Statement | undefined => statements(readers).find(({ Sid }) => Sid === sid);

it('lets administrators manage the key, and neither encrypt nor decrypt', () => {
  const actions = [of('AccountAdministers')?.Action].flat();
  expect(actions).toContain('kms:PutKeyPolicy');
  for (const action of actions) expect(action).not.toMatch(/Encrypt|Decrypt|DataKey|CreateGrant|\*/);
});

it('lets users of the organization decrypt, and no role, through Secrets Manager of the region only', () => {
  const { Action, Condition } = of('UsersReadTheirSecrets') ?? {};
  expect(Action).toBe('kms:Decrypt');
  expect(JSON.stringify(Condition?.['ArnLike'])).toMatch(/:iam::\*:user\/\*/);
  expect(Condition?.['StringEquals']).toEqual({
    'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com',
    'aws:PrincipalOrgID': 'o-1',
  });
});

it('lets users of the listed accounts decrypt where there is no organization', () => {
  const { Condition } = of('UsersReadTheirSecrets', { organizationId: undefined, accounts: ['111122223333'] }) ?? {};
  expect(Condition?.['StringEquals']).toMatchObject({ 'kms:CallerAccount': ['111122223333'] });
  expect(Condition?.['StringEquals']).not.toHaveProperty('aws:PrincipalOrgID');
});

it('lets roles decrypt only where some are named', () => {
  expect(of('BreakGlass')).toBeUndefined();
  const { Condition } = of('BreakGlass', { breakGlass: ['Audit', 'arn:aws:iam::111122223333:role/Other'] }) ?? {};
  const roles = JSON.stringify(Condition?.['ArnLike']);
  expect(roles).toContain(':iam::999999999999:role/Audit');
  expect(roles).toContain('arn:aws:iam::111122223333:role/Other');
  expect(Condition?.['StringEquals']).toEqual({ 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' });
});

it('explains each statement that it makes', () => {
  const sids = statements({ breakGlass: ['Audit'] }).map(({ Sid }) => Sid);
  expect(Object.keys(KEY_EXPLANATION.statements)).toEqual(expect.arrayContaining(sids));
});

it('limits what is done through Secrets Manager to the regions that are named', () => {
  expect(viaSecretsManager('a', 'b')).toEqual({
    StringEquals: { 'kms:ViaService': ['secretsmanager.a.amazonaws.com', 'secretsmanager.b.amazonaws.com'] },
  });
  const json = keyStatement(
    'RotationWrites',
    new AccountRootPrincipal(),
    ['Encrypt'],
    viaSecretsManager('a'),
  ).toStatementJson() as Statement;
  expect(json).toMatchObject({ Sid: 'RotationWrites', Action: 'kms:Encrypt', Condition: viaSecretsManager('a') });
});
