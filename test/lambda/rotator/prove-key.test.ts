import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { proveWith } from '../../../lambda/rotator/prove-key';
import { awsError, SECRET } from '../../helpers/aws';

const sts = mockClient(STSClient);
const ARN = 'arn:aws:iam::111122223333:user/bot';
const KEY = { id: 'AKIANEW0000000000002', secret: SECRET };

function proving() {
  let now = 0;
  const waits: number[] = [];
  const sleep = (milliseconds: number): Promise<void> => {
    waits.push(milliseconds);
    now += milliseconds;
    return Promise.resolve();
  };
  return { waits, prove: () => proveWith({ clock: () => new Date(now), sleep }, [])(KEY, ARN) };
}

beforeEach(() => sts.reset());

it('is done as soon as STS answers to the key as its user', async () => {
  sts.on(GetCallerIdentityCommand).resolves({ Arn: ARN });
  const { waits, prove } = proving();
  await prove();
  expect(waits).toEqual([]);
});

it('asks again while AWS does not know the key yet', async () => {
  sts
    .on(GetCallerIdentityCommand)
    .rejectsOnce(awsError('InvalidClientTokenId', 403))
    .rejectsOnce(awsError('InvalidClientTokenId', 403))
    .resolves({ Arn: ARN });
  const { waits, prove } = proving();
  await prove();
  expect(waits).toHaveLength(2);
});

it.each<[string, () => void]>([
  ['AWS never knows it', () => sts.on(GetCallerIdentityCommand).rejects(awsError('InvalidClientTokenId', 403))],
  ['it is another user’s', () => sts.on(GetCallerIdentityCommand).resolves({ Arn: 'arn:aws:iam::111122223333:user/other' })],
  ['STS says nothing', () => sts.on(GetCallerIdentityCommand).resolves({})],
])('gives up within a minute when %s, without a word of the secret', async (_, answer) => {
  answer();
  const { waits, prove } = proving();
  const error = await prove().catch((cause: unknown) => cause as Error);
  expect(error).toMatchObject({ name: 'KeyNotProvenError' });
  expect(String(error)).not.toContain(SECRET);
  expect(waits.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(60_000);
});
