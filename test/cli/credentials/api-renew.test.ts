import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiUrl, regionOfApi } from '../../../cli/credentials/api-url';
import { fetchKey, readApiKey, type Fetch } from '../../../cli/credentials/api-fetch';
import { beginWithApi, renewFromApi, type ApiSurroundings } from '../../../cli/credentials/api-renew';
import { answerOfApi, isFetchDue, parseApiState, type ApiState } from '../../../cli/credentials/api-state';
import { nodeDisk } from '../../../cli/credentials/disk';
import { ModelAws, OTHER_USER, REGION, USER } from './model-aws';

const START = Date.parse('2026-11-28T01:00:00Z');
const API = { url: 'https://abc.execute-api.eu-west-1.amazonaws.com/v1', username: 'web-deploy', region: REGION };
const KEY = 'abcdefghijklmnopqrstuvwxyz';
let now: number;
let aws: ModelAws;
/** What the API answers, one for each route; a text is a network that fails. */
let answers: { token: [number, object] | string; key: [number, object] | string };
let asked: { url: string; options: RequestInit }[];
beforeEach(() => {
  now = START;
  aws = new ModelAws(() => now);
  asked = [];
  hand(aws.add({ ageMs: 60_000 }));
});

/** The API hands this key out, for two minutes. */
function hand({ id, secret, created }: { id: string; secret: string; created: string }, ms = 120_000): void {
  answers = {
    token: [200, { token: 'a.b.c' }],
    key: [200, { AccessKeyId: id, SecretAccessKey: secret, CreateDate: created, ExpiresAt: new Date(now + ms).toISOString() }],
  };
}
const fetch: Fetch = (url, options) => {
  asked.push({ url, options });
  const answer = url.endsWith('/generate-token') ? answers.token : answers.key;
  return typeof answer === 'string' ? Promise.reject(new Error(answer)) : Promise.resolve(Response.json(answer[1], { status: answer[0] }));
};
const place = (): ApiSurroundings => ({
  aws,
  fetch,
  now: () => now,
  sleep: (ms) => {
    now += ms;
    return Promise.resolve();
  },
});
const begin = (api: object = {}) => beginWithApi(place(), 'web', { ...API, ...api }, KEY);
const renew = (state: ApiState) => renewFromApi(state, place(), () => KEY);
const PROBLEM = { type: 'urn:iam-key-rotation:problem:not-available', title: 'Not available', detail: 'Try again.' };

describe('fetching', () => {
  it('sends the API key to both routes, the token to one, and follows no redirection', async () => {
    await fetchKey(fetch, { ...API, username: 'a+b@c', account: '222233334444' }, KEY, () => now);
    expect(asked.map(({ url, options: { method, headers, redirect } }) => [method ?? 'GET', url, headers, redirect])).toEqual([
      ['POST', `${API.url}/generate-token`, { 'x-api-key': KEY }, 'error'],
      [
        'GET',
        `${API.url}/active-key?username=a%2Bb%40c&account=222233334444`,
        { 'x-api-key': KEY, authorization: 'Bearer a.b.c' },
        'error',
      ],
    ]);
  });

  it.each<[string, Partial<typeof answers>, string]>([
    ['refuses', { token: [403, { title: 'API key needed', detail: 'Send one.' }] }, 'the key API answered 403: API key needed: Send one.'],
    ['is a gateway', { token: [429, { message: 'Too Many Requests' }] }, 'the key API answered 429: Too Many Requests'],
    ['has no token', { token: [200, {}] }, 'without a token'],
    ['has no key', { key: [200, { AccessKeyId: 'AKIAMODEL00000000001' }] }, 'without a key'],
    ['has half a key', { key: [200, { AccessKeyId: 'a b', SecretAccessKey: 's', CreateDate: 'x', ExpiresAt: 'y' }] }, 'without a key'],
  ])('says why when the API %s', async (_, changed, message) => {
    answers = { ...answers, ...changed };
    await expect(fetchKey(fetch, API, KEY, () => now)).rejects.toThrow(message);
  });

  it.each([
    'http://api.example/v1',
    'ftp://api.example',
    'api.example',
    'https://a:b@api.example',
    'https://api.example/?a',
    'https://api.example/#a',
  ])('sends no API key to %s', (url) => {
    expect(() => apiUrl(url)).toThrow('must be');
  });

  it.each([
    ['https://api.example/v1/', 'https://api.example/v1'],
    ['http://127.0.0.1:4566/_aws/execute-api/a/v1', 'http://127.0.0.1:4566/_aws/execute-api/a/v1'],
  ])('takes %s', (url, expected) => {
    expect(apiUrl(url)).toBe(expected);
  });

  it('finds the region in the API’s own URL', () => {
    expect([regionOfApi(API.url), regionOfApi('http://127.0.0.1/v1'), regionOfApi()]).toEqual(['eu-west-1', undefined, undefined]);
  });

  it('reads the API key out of its file, else of the environment, and says where it looked', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'api-key-')), 'api-key');
    writeFileSync(file, `${KEY}\n`);
    expect(readApiKey(nodeDisk, file, { IAM_KEYS_API_KEY: 'another-key-of-the-environment' })).toBe(KEY);
    expect(readApiKey(nodeDisk, undefined, { IAM_KEYS_API_KEY: KEY })).toBe(KEY);
    expect(() => readApiKey(nodeDisk, undefined, {})).toThrow('the environment variable IAM_KEYS_API_KEY holds no API key');
    expect(() => readApiKey(nodeDisk, `${file}-not`, {})).toThrow(`${file}-not holds no API key`);
  });
});

describe('the first key', () => {
  it('is proven, and asked for again at half of what was promised', async () => {
    const state = await begin();
    expect(state).toMatchObject({ home: 'api', user: USER, current: { id: aws.keys[0]!.id, until: '2026-11-28T01:02:00.000Z' } });
    expect(state.nextLookAt).toBe('2026-11-28T01:01:00.000Z');
    expect(aws.calls).toEqual(['identify']);
  });

  it.each<[string, () => object, string]>([
    [
      'of another user',
      () => (hand(aws.add({ owner: OTHER_USER })), {}),
      'belongs to arn:aws:iam::222233334444:user/other and not to web-deploy',
    ],
    ['of another account', () => ({ account: '999999999999' }), 'and not to web-deploy'],
    [
      'that AWS does not know',
      () => (hand({ id: 'AKIAMODEL00000009999', secret: 's', created: '2026-11-28' }), {}),
      'AWS does not accept AKIAMODEL00000009999',
    ],
    [
      'that nobody gives',
      () => ((answers.key = [404, { title: 'No such user', detail: 'None.' }]), {}),
      'no key of web-deploy: ApiRefusal: the key API answered 404: No such user',
    ],
  ])('%s is none', async (_, change, message) => {
    await expect(begin(change())).rejects.toThrow(message);
  });
});

describe('a look', () => {
  it('takes a new key over once it is proven, and keeps the one before', async () => {
    const state = await begin();
    const next = aws.add();
    hand(next);
    expect(await renew(state)).toMatchObject({
      outcome: 'fetched',
      told: [],
      state: { current: { id: next.id }, previous: { id: state.current.id } },
    });
  });

  it('stays with the same key, and with the new promise', async () => {
    const state = await begin();
    now += 60_000;
    hand(aws.keys[0]!);
    const { state: after, outcome } = await renew(state);
    expect([outcome, after.current.until, after.previous]).toEqual(['kept', '2026-11-28T01:03:00.000Z', undefined]);
    expect(aws.calls).toEqual(['identify']);
  });

  it.each<[string, () => void]>([
    ['the API cannot be reached', () => (answers.token = 'ECONNREFUSED')],
    ['the API refuses', () => (answers.key = [503, PROBLEM])],
    [
      'the new key is another user’s',
      () => {
        hand(aws.add({ owner: OTHER_USER }));
      },
    ],
    [
      'the new key is not known yet',
      () => {
        hand({ ...aws.add(), secret: 'wrong' });
      },
    ],
  ])('keeps the key that works when %s, says so, and asks again soon', async (_, happens) => {
    const state = await begin();
    happens();
    const { state: after, outcome, told } = await renew(state);
    expect([outcome, after.current.id, told.length]).toEqual(['kept', state.current.id, 1]);
    expect(Date.parse(after.nextLookAt) - now).toBe(10_000);
    expect(told.join()).not.toMatch(/secret|a\.b\.c/);
  });

  it('keeps a key beyond what was promised while AWS accepts it', async () => {
    const state = await begin();
    answers.token = 'ENETDOWN';
    now += 600_000;
    const { state: after, outcome } = await renew(state);
    expect([outcome, after.current.id]).toEqual(['kept', state.current.id]);
    expect(Date.parse((JSON.parse(answerOfApi(after, now)) as { Expiration: string }).Expiration) - now).toBe(60_000);
  });

  it('goes back to the key before when AWS refuses the one in use', async () => {
    const first = await begin();
    hand(aws.add());
    const { state } = await renew(first);
    aws.keys[1]!.status = 'Inactive';
    answers.token = 'ENETDOWN';
    now += 600_000;
    expect(await renew(state)).toMatchObject({ outcome: 'fell back', state: { current: { id: first.current.id } } });
    aws.keys[0]!.status = 'Inactive';
    expect((await renew(state)).outcome).toBe('refused');
  });
});

it('lets a program keep the key until the promise ends, and an hour at most', async () => {
  const ends = async (ms: number) => {
    hand(aws.keys[0]!, ms);
    return Date.parse((JSON.parse(answerOfApi(await begin(), now)) as { Expiration: string }).Expiration) - now;
  };
  expect([await ends(120_000), await ends(10 * 86_400_000), await ends(5_000)]).toEqual([120_000, 3_600_000, 60_000]);
});

it('reads its own file and no other', async () => {
  const state = await begin();
  expect(parseApiState(JSON.stringify(state), 'web')).toEqual(state);
  for (const other of ['', 'null', '{}', JSON.stringify({ ...state, home: 'private' }), JSON.stringify({ ...state, current: { id: 'x' } })])
    expect(parseApiState(other, 'web')).toBeUndefined();
  expect(parseApiState(JSON.stringify(state), 'another')).toBeUndefined();
  expect([isFetchDue(state, now), isFetchDue(state, now + 60_000), isFetchDue(state, now - 1)]).toEqual([false, true, true]);
});
