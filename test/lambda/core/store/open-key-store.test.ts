import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { openKeyStore } from '../../../../lambda/core/store/open-key-store';
import { rotatorEnvironment, type RotatorVariables } from '../../../../lambda/shared/environment';
import { Pace } from '../../../../lambda/shared/pace';
import { awsError, namesOf } from '../../../helpers/aws';
import { ACCOUNT, NOW } from '../../../helpers/facts';
import { POLICY, rotatorVariables } from '../../../helpers/variables';

const region = 'eu-west-1';
const own = new SecretsManagerClient({ region });
const member = {
  iam: new IAMClient({ region }),
  iamWithoutRetries: new IAMClient({ region }),
  secrets: new SecretsManagerClient({ region }),
};
const [atHome, atMember] = [mockClient(own), mockClient(member.secrets)];
const CENTRAL = JSON.stringify({ key: 'arn:aws:kms:eu-west-1:999999999999:key/1', readerPolicy: 'read-own' });
const open = (variables: Partial<RotatorVariables> = {}) =>
  openKeyStore(
    { environment: rotatorEnvironment({ ...rotatorVariables(variables) }), secrets: own, sleep: () => Promise.resolve() },
    { account: ACCOUNT, partition: 'aws', clients: member, watches: [new Pace(1)] },
  );

beforeEach(() => {
  for (const mock of [atHome, atMember]) {
    mock.reset();
    mock.onAnyCommand().rejects(awsError('ResourceNotFoundException', 400));
  }
});

it('asks the member account alone, with the member role, where there is no central store', async () => {
  const store = open();
  await store.storedKeys('alice', []);
  expect(store.central).toBeUndefined();
  expect([namesOf(atMember), namesOf(atHome)]).toEqual([['DescribeSecret'], []]);
});

it('asks the central store with the function’s own role, and the member account for what was stored there before', async () => {
  const store = open({ CENTRAL_STORE: CENTRAL });
  await store.storedKeys('alice', []);
  expect(store.central).toBe(true);
  expect([namesOf(atMember), namesOf(atHome)]).toEqual([['DescribeSecret'], ['DescribeSecret']]);
});

it.each([[{}], [{ POLICY: JSON.stringify({ ...POLICY, deleteSecretAfter: '30d' }) }]])(
  'tells of secrets that are being deleted, whoever deletes them: %j',
  async (variables) => {
    atMember.onAnyCommand().resolves({ ARN: 'arn', Tags: [{ Key: 'key-rotation:managed', Value: 'true' }], DeletedDate: NOW });
    expect((await open(variables).storedKeys('alice', [])).deleted).toBe(true);
  },
);
