import { App, Stack } from 'aws-cdk-lib';
import { mayStoreKeys, maySeeSecrets } from '../../../lib/permissions/secret-permissions';

const stack = new Stack(new App(), 'Stack', { env: { account: '999999999999', region: 'eu-west-1' } });
const rights = (more: { deletes?: boolean; replicaRegions?: string[] } = {}) =>
  mayStoreKeys(stack, { account: '111122223333', deletes: false, replicaRegions: [], elsewhere: false, tags: {}, ...more });
const actions = (permissions: { actions: string[] }[]): string[] => permissions.flatMap((permission) => permission.actions);
const OURS = { StringEquals: { 'secretsmanager:ResourceTag/key-rotation:managed': 'true' } };
const EVERYTHING = [...rights({ deletes: true, replicaRegions: ['us-east-1'] }), ...maySeeSecrets(stack, '111122223333')];

it('never allows reading a value', () => {
  expect(actions(EVERYTHING)).not.toContain('secretsmanager:GetSecretValue');
});

it('is about secrets of users of the one account', () => {
  for (const { resources, effect, actions: named } of EVERYTHING) {
    // Secrets Manager lists all secrets, or none.
    if (effect === 'Deny' || named.join() === 'secretsmanager:ListSecrets') continue;
    for (const arn of resources) expect(arn).toMatch(/:secret:Account_111122223333_User_\*_AccessKey(-\?{6})?$/);
  }
});

it('deletes only where that is chosen, and nothing that could not be restored for a month', () => {
  expect(actions(rights())).not.toContain('secretsmanager:DeleteSecret');
  const deletion = rights({ deletes: true }).find((permission) => permission.actions.includes('secretsmanager:DeleteSecret'));
  expect(deletion?.conditions).toEqual({ ...OURS, NumericEquals: { 'secretsmanager:RecoveryWindowInDays': '30' } });
});

it('replicates only where regions are named, into these, and never over a secret that is there', () => {
  expect(actions(rights())).not.toContain('secretsmanager:ReplicateSecretToRegions');
  const replication = rights({ replicaRegions: ['us-east-1'] }).find(({ sid }) => sid === 'ReplicateSecrets');
  expect(replication?.conditions).toEqual({
    ...OURS,
    'ForAllValues:StringEquals': { 'secretsmanager:AddReplicaRegions': ['us-east-1'] },
    Null: { 'secretsmanager:AddReplicaRegions': 'false' },
    BoolIfExists: { 'secretsmanager:ForceOverwriteReplicaSecret': 'false' },
  });
});

it('sees what was stored before a central store, and changes nothing of it', () => {
  expect(new Set(actions(maySeeSecrets(stack, '111122223333')))).toEqual(
    new Set(['secretsmanager:DescribeSecret', 'secretsmanager:ListSecretVersionIds', 'secretsmanager:ListSecrets']),
  );
});

it('learns that a secret is missing, whose ARN has no suffix', () => {
  const missing = rights().find(({ sid }) => sid === 'LearnThatSecretIsMissing');
  expect(missing?.resources[0]).toMatch(/_AccessKey$/);
});
