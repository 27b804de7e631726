import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { describeSecret } from '../../../../lambda/core/store/describe-secret';
import { accessDenied, awsError } from '../../../helpers/aws';

const secrets = mockClient(SecretsManagerClient);
const client = new SecretsManagerClient({ region: 'us-east-1' });

beforeEach(() => secrets.reset());

it('describes the secret as AWS does', async () => {
  const secret = { ARN: 'arn', Name: 'a-secret', Tags: [] };
  secrets.on(DescribeSecretCommand, { SecretId: 'a-secret' }).resolves(secret);
  await expect(describeSecret(client, 'a-secret')).resolves.toEqual(secret);
});

it('takes a description without ARN for no answer, whatever else it says', async () => {
  secrets.on(DescribeSecretCommand).resolves({ Name: 'a-secret', Tags: [{ Key: 'key-rotation:managed', Value: 'true' }] });
  await expect(describeSecret(client, 'a-secret')).rejects.toMatchObject({
    name: 'RotationError',
    message: 'Secrets Manager described the secret a-secret without its ARN',
  });
});

it.each([accessDenied(), awsError('ResourceNotFoundException', 400)])('hands every error on as it is: $name', async (error) => {
  secrets.on(DescribeSecretCommand).rejects(error);
  await expect(describeSecret(client, 'a-secret')).rejects.toBe(error);
});
