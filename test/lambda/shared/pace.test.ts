import { IAMClient, ListUserTagsCommand } from '@aws-sdk/client-iam';
import { HttpResponse } from '@smithy/core/protocols';
import { Readable } from 'node:stream';
import { Pace } from '../../../lambda/shared/pace';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const xml = (status: number, body: string): { response: HttpResponse } => ({
  response: new HttpResponse({ statusCode: status, headers: { 'content-type': 'text/xml' }, body: Readable.from([body]) }),
});
const ANSWERED =
  '<ListUserTagsResponse><ListUserTagsResult><Tags/><IsTruncated>false</IsTruncated></ListUserTagsResult></ListUserTagsResponse>';
const error = (code: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;

/** A client whose calls IAM answers with these codes, one after the other, and with success from then on. */
function clientFor(pace: Pace, codes: string[], maxAttempts = 1): IAMClient {
  const handle = () => {
    const code = codes.shift();
    return Promise.resolve(code === undefined ? xml(200, ANSWERED) : xml(400, error(code)));
  };
  const credentials = { accessKeyId: 'AKIAEXAMPLE000000001', secretAccessKey: 'not-real' };
  const client = new IAMClient({ region: 'us-east-1', credentials, maxAttempts, requestHandler: { handle } });
  pace.watch(client);
  return client;
}
const call = (client: IAMClient): Promise<unknown> => client.send(new ListUserTagsCommand({ UserName: 'alice' })).catch(() => undefined);

/** How many of many items are worked on at once. */
async function widthOf(pace: Pace): Promise<number> {
  let running = 0;
  let finish = (): void => undefined;
  const all = pace.each(Array.from({ length: 50 }), async () => {
    running += 1;
    await new Promise<void>((resolve) => {
      const others = finish;
      finish = () => {
        others();
        resolve();
      };
    });
  });
  await tick();
  const width = running;
  while (running < 50) {
    finish();
    await tick();
  }
  finish();
  await all;
  return width;
}

it('begins with the most', async () => {
  expect(await widthOf(new Pace(8))).toBe(8);
});

it.each([
  ['Throttling', [4, 2, 1, 1]],
  ['ThrottlingException', [4, 2, 1, 1]],
  ['AccessDenied', [8, 8, 8, 8]],
  ['LimitExceeded', [8, 8, 8, 8]],
])('is halved by each call that is throttled, and stays at one: %s', async (code, widths) => {
  const pace = new Pace(8);
  const seen: number[] = [];
  for (let i = 0; i < widths.length; i += 1) {
    await call(clientFor(pace, [code]));
    seen.push(await widthOf(pace));
  }
  expect(seen).toEqual(widths);
});

it('is halved by attempts that the SDK repeats by itself', async () => {
  const pace = new Pace(8);
  await expect(
    clientFor(pace, ['Throttling', 'Throttling'], 3).send(new ListUserTagsCommand({ UserName: 'alice' })),
  ).resolves.toMatchObject({ Tags: [] });
  expect(await widthOf(pace)).toBe(2);
});

it('grows by about one for each round of calls that are answered, and never beyond the most', async () => {
  const pace = new Pace(4);
  const client = clientFor(pace, ['Throttling', 'Throttling']);
  const seen: number[] = [];
  for (let i = 0; i < 12; i += 1) {
    await call(client);
    seen.push(await widthOf(pace));
  }
  expect(seen).toEqual([2, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4]);
});

it('of a client that lives on is the newest one: one invocation after the other watches it', async () => {
  const [before, now] = [new Pace(8), new Pace(8)];
  const client = clientFor(before, ['Throttling']);
  now.watch(client);
  await call(client);
  expect([await widthOf(before), await widthOf(now)]).toEqual([8, 4]);
});

it('begins items in their order, gives the answers in that order, and fails with the first error', async () => {
  const pace = new Pace(2);
  const begun: number[] = [];
  const answers = await pace.each([3, 1, 2], async (wait) => {
    begun.push(wait);
    for (let i = 0; i < wait; i += 1) await tick();
    return wait * 10;
  });
  expect([begun, answers]).toEqual([
    [3, 1, 2],
    [30, 10, 20],
  ]);
  await expect(pace.each([1, 2], (item) => (item === 2 ? Promise.reject(new Error('two')) : Promise.resolve()))).rejects.toThrow('two');
  await expect(pace.each([], () => Promise.reject(new Error('never')))).resolves.toEqual([]);
});
