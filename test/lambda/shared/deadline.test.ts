import { IAMClient, ListUserTagsCommand } from '@aws-sdk/client-iam';
import { HttpResponse } from '@smithy/core/protocols';
import { Readable } from 'node:stream';
import { Deadline } from '../../../lambda/shared/deadline';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const at = (seconds: number): Date => new Date(NOW + seconds * 1_000);
const xml = (statusCode: number, body: string): { response: HttpResponse } => ({
  response: new HttpResponse({ statusCode, headers: { 'content-type': 'text/xml' }, body: Readable.from([body]) }),
});
const ANSWERED =
  '<ListUserTagsResponse><ListUserTagsResult><Tags/><IsTruncated>false</IsTruncated></ListUserTagsResult></ListUserTagsResponse>';
const REFUSED = '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>slow down</Message></Error></ErrorResponse>';

let seconds: number;
let asked: number;
const clock = (): Date => at(seconds);
beforeEach(() => {
  [seconds, asked] = [0, 0];
});

/** A client whose calls take ten seconds each, and are throttled so often. */
function client(throttled = 0): IAMClient {
  const handle = () => {
    asked += 1;
    seconds += 10;
    return Promise.resolve(asked > throttled ? xml(200, ANSWERED) : xml(400, REFUSED));
  };
  const credentials = { accessKeyId: 'AKIAEXAMPLE000000001', secretAccessKey: 'not-real' };
  return new IAMClient({ region: 'us-east-1', credentials, maxAttempts: 8, requestHandler: { handle } });
}
const call = (of: IAMClient): Promise<unknown> => of.send(new ListUserTagsCommand({ UserName: 'alice' }));
const outOfTime = { name: 'OutOfTimeError' };

it('lets calls begin until it is there, and none from then on', async () => {
  const iam = client();
  new Deadline(clock, at(15)).watch(iam);
  await call(iam);
  await expect(call(iam)).resolves.toMatchObject({ Tags: [] });
  await expect(call(iam)).rejects.toMatchObject(outOfTime);
  expect(asked).toBe(2);
});

it('ends the tries that the SDK repeats by itself, and says why they were needed', async () => {
  const iam = client(99);
  new Deadline(clock, at(15)).watch(iam);
  await expect(call(iam)).rejects.toMatchObject({ ...outOfTime, message: expect.stringContaining('Throttling: slow down') as string });
  expect(asked).toBe(2);
});

it('leaves an error before it as it is', async () => {
  const iam = client(1);
  new Deadline(clock, at(60)).watch(iam);
  await expect(call(iam)).resolves.toMatchObject({ Tags: [] });
});

it('moves on with the phases of an invocation', async () => {
  const iam = client();
  const deadline = new Deadline(clock, at(0));
  deadline.watch(iam);
  await expect(call(iam)).rejects.toMatchObject(outOfTime);
  deadline.moveTo(at(5));
  await expect(call(iam)).resolves.toMatchObject({ Tags: [] });
});

it('of a client that lives on is the newest one', async () => {
  const iam = client();
  new Deadline(clock, at(0)).watch(iam);
  new Deadline(clock, at(5)).watch(iam);
  await expect(call(iam)).resolves.toMatchObject({ Tags: [] });
});
