import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import type { StoredKey } from '../../../lambda/key-api/stored-keys';
import { workingKey } from '../../../lambda/key-api/working-key';
import { parsePeriod } from '../../../lambda/shared/period';
import { awsError, callsOf, SECRET } from '../../helpers/aws';
import { ACCOUNT, NEW, NOW, OLD } from '../../helpers/facts';

const secrets = mockClient(SecretsManagerClient);
const user = { account: ACCOUNT, user: 'alice' };
const ten = { rotate: parsePeriod('10m')!, disable: parsePeriod('12m')! };
const finder = { secrets: new SecretsManagerClient({ region: 'eu-west-1' }), graces: [ten], clock: () => NOW };
const holds = (VersionStage: string, AccessKeyId: string, secondsAgo: number) =>
  secrets.on(GetSecretValueCommand, { VersionStage }).resolves({
    SecretString: JSON.stringify({
      UserName: 'alice',
      AccessKeyId,
      SecretAccessKey: SECRET,
      CreateDate: new Date(NOW.getTime() - secondsAgo * 1_000).toISOString(),
    }),
  });
const using =
  (...accepted: string[]) =>
  ({ accessKeyId }: StoredKey) =>
    Promise.resolve(accepted.includes(accessKeyId) ? accessKeyId : undefined);
const asked = (): unknown[] => callsOf(secrets).map(({ input }) => input['VersionStage']);
const inSeconds = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);

beforeEach(() => {
  secrets.reset();
  secrets.on(GetSecretValueCommand).rejects(awsError('ResourceNotFoundException', 400));
  holds('AWSCURRENT', NEW, 20);
  holds('AWSPREVIOUS', OLD, 620);
});

it('is the current key, for as long as a grace that begins now', async () => {
  expect(await workingKey(finder, user, using(NEW, OLD))).toMatchObject({ made: NEW, until: inSeconds(90) });
  expect(asked()).toEqual(['AWSCURRENT']);
});

it('is the one before while AWS does not know the current one, until its grace ends', async () => {
  expect(await workingKey(finder, user, using(OLD))).toMatchObject({ made: OLD, key: { accessKeyId: OLD }, until: inSeconds(70) });
});

it.each<[string, () => void]>([
  ['the grace of the one before is over', () => holds('AWSCURRENT', NEW, 90)],
  [
    'there is no key before',
    () => secrets.on(GetSecretValueCommand, { VersionStage: 'AWSPREVIOUS' }).rejects(awsError('ResourceNotFoundException', 400)),
  ],
  ['AWS accepts neither', () => holds('AWSPREVIOUS', 'AKIAOTHER00000000003', 620)],
])('is none when %s', async (_, arrange) => {
  arrange();
  await expect(workingKey(finder, user, using(OLD))).rejects.toMatchObject({ problem: 'no-working-key' });
});

it('is none where none is stored, and nothing is tried', async () => {
  secrets.on(GetSecretValueCommand, { VersionStage: 'AWSCURRENT' }).rejects(awsError('ResourceNotFoundException', 400));
  const use = jest.fn();
  await expect(workingKey(finder, user, use)).rejects.toMatchObject({ problem: 'no-key-stored' });
  expect(use).not.toHaveBeenCalled();
});
