import { PutObjectCommand } from '@aws-sdk/client-s3';
import 'aws-sdk-client-mock-jest';
import { fakeBucket } from '../../helpers/fake-bucket';
import { lambdaContext } from '../../helpers/lambda-context';
import { sesEvent } from './events';

const bucket = fakeBucket(() => new Date());
const before = { ...process.env };
let invoke: (event: unknown, context: ReturnType<typeof lambdaContext>) => Promise<void>;

beforeAll(async () => {
  process.env = { ...before, AWS_REGION: 'eu-west-1', POWERTOOLS_LOG_LEVEL: 'SILENT', RESULTS_BUCKET: 'results' };
  ({ handler: invoke } = (await import('../../../lambda/mail-events/index')) as unknown as { handler: typeof invoke });
});
afterAll(() => {
  process.env = before;
});

it('records a mail that was not delivered in the bucket that its variable names', async () => {
  await invoke(sesEvent({ eventType: 'Reject', reject: { reason: 'Bad content' } }), lambdaContext('mail-events'));
  expect(bucket.mock).toHaveReceivedCommandWith(PutObjectCommand, { Bucket: 'results', Key: 'undelivered/222233334444/0100-m1.json' });
});

it('fails for what is no such event', async () => {
  await expect(invoke({}, lambdaContext('mail-events'))).rejects.toMatchObject({ name: 'InvalidEventError' });
});
