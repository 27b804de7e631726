import { DeleteAccessKeyCommand, IAMClient, ListUserTagsCommand } from '@aws-sdk/client-iam';
import { HttpResponse } from '@smithy/core/protocols';
import { Readable } from 'node:stream';
import { recording, RequestRecorder, type AwsRequest } from '../../../lambda/shared/requests';

const AT = '2026-11-27T02:00:00.000Z';
const answer = (statusCode: number, id: string, body: string): { response: HttpResponse } => ({
  response: new HttpResponse({ statusCode, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': id }, body: Readable.from([body]) }),
});
const done = (name: string, id: string) => answer(200, id, `<${name}Response><${name}Result><Tags/></${name}Result></${name}Response>`);
const refused = (code: string, id: string) =>
  answer(400, id, `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`);

/** A watched client that gets these answers, one after the other. */
function clientFor(...answers: (() => { response: HttpResponse })[]): IAMClient {
  const handle = () => {
    const next = answers.shift();
    if (!next) throw new Error('no more answers');
    return Promise.resolve().then(next);
  };
  const credentials = { accessKeyId: 'AKIAEXAMPLE000000001', secretAccessKey: 'not-real' };
  const client = new IAMClient({ region: 'us-east-1', credentials, maxAttempts: answers.length, requestHandler: { handle } });
  new RequestRecorder(() => new Date(AT)).watch(client);
  return client;
}
const remove = (client: IAMClient) => client.send(new DeleteAccessKeyCommand({ UserName: 'alice', AccessKeyId: 'AKIAEXAMPLE000000002' }));
const list = (client: IAMClient) => client.send(new ListUserTagsCommand({ UserName: 'alice' }));

it('notes what changes something, by the name and the id that CloudTrail has, and nothing that only looks', async () => {
  const client = clientFor(
    () => done('ListUserTags', 'look'),
    () => done('DeleteAccessKey', 'change'),
  );
  const requests: AwsRequest[] = [];
  await recording(requests, async () => {
    await list(client);
    await remove(client);
  });
  expect(requests).toEqual([{ call: 'DeleteAccessKey', id: 'change', at: AT }]);
});

it('notes each attempt: one that AWS refused with its error, one without an answer without an id', async () => {
  const client = clientFor(
    () => refused('Throttling', 'first'),
    () => {
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
    },
    () => done('DeleteAccessKey', 'third'),
  );
  const requests: AwsRequest[] = [];
  await recording(requests, () => remove(client));
  expect(requests).toEqual([
    { call: 'DeleteAccessKey', id: 'first', at: AT, error: 'Throttling' },
    { call: 'DeleteAccessKey', at: AT, error: 'TimeoutError' },
    { call: 'DeleteAccessKey', id: 'third', at: AT },
  ]);
});

it('keeps what is done at the same time apart, and lets errors through', async () => {
  const client = clientFor(
    () => done('DeleteAccessKey', 'one'),
    () => refused('NoSuchEntity', 'other'),
  );
  const [mine, yours]: [AwsRequest[], AwsRequest[]] = [[], []];
  const [first, second] = await Promise.allSettled([recording(mine, () => remove(client)), recording(yours, () => remove(client))]);
  expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
  expect([mine.map(({ id }) => id), yours.map(({ id }) => id)]).toEqual([['one'], ['other']]);
});

it('notes nothing while nobody records', async () => {
  await expect(remove(clientFor(() => done('DeleteAccessKey', 'unheard')))).resolves.toMatchObject({});
});
