import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { ChainStore } from '../../lambda/chain/chain-store';
import { parseEntry } from '../../lambda/chain/entry';
import { report, type ReporterServices } from '../../lambda/reporter/report';
import { RunStore } from '../../lambda/runs/run-store';
import { fakeBucket } from '../helpers/fake-bucket';
import { accountId, manifest, resultOf } from '../lambda/reporter/factories';

/** The process is gone: nothing after this call happens. */
class Killed extends Error {
  override readonly name = 'Killed';
}

const NOW = new Date('2026-11-21T04:00:00.000Z');
const RUNS = ['20261119T020000Z-1234abcd', '20261120T020000Z-1234abcd'] as const;
const MANUAL = 'manual-20261121T030000Z-1234abcd';
mockClient(EventBridgeClient).on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
const ses = mockClient(SESv2Client);
ses.on(SendEmailCommand).resolves({ MessageId: 'm' });

/** A client that dies before or after its n-th call of all; counts them. */
class Life {
  calls = 0;

  constructor(
    private readonly at = Infinity,
    private readonly when: 'before' | 'after' = 'before',
  ) {}

  client<C extends { send: (...args: never[]) => unknown }>(client: C): C {
    const send = async (...args: never[]): Promise<unknown> => this.call(() => client.send(...args));
    return { config: {}, send } as unknown as C;
  }

  async call(work: () => unknown): Promise<unknown> {
    this.calls += 1;
    if (this.calls > this.at || (this.calls === this.at && this.when === 'before')) throw new Killed('killed');
    const answer = await work();
    if (this.calls === this.at) throw new Killed('killed');
    return answer;
  }
}

let bucket: ReturnType<typeof fakeBucket>;
beforeEach(() => {
  bucket = fakeBucket(() => NOW, 1_000);
  ses.resetHistory();
  for (const runId of RUNS) {
    bucket.put(`runs/${runId}/manifest.json`, manifest(2, { runId, startedAt: `2026-11-${runId.slice(6, 8)}T02:00:00.000Z` }));
    for (const n of [1, 2]) bucket.put(`runs/${runId}/${accountId(n)}.json`, resultOf(n, { runId }));
  }
  bucket.put(`runs/${MANUAL}/${accountId(1)}.json`, resultOf(1, { runId: MANUAL }));
});

function servicesOf(life: Life): ReporterServices {
  const s3 = life.client(new S3Client({ region: 'eu-west-1' }));
  return {
    store: new RunStore(s3, 'results'),
    chain: new ChainStore(s3, 'results'),
    sign: async (line) => {
      await life.call(() => undefined);
      return { algorithm: 'ECDSA_SHA_256', key: 'arn', signature: Buffer.from(line.slice(0, 9)).toString('base64') };
    },
    ses: life.client(new SESv2Client({ region: 'eu-west-1' })),
    bus: { events: life.client(new EventBridgeClient({ region: 'eu-west-1' })), sleep: () => Promise.resolve() },
    mail: { sender: 's@example.com', configurationSet: 'set', template: 'summary', admins: ['a@example.com'], when: 'always' },
    page: { script: '', style: '' },
    place: { partition: 'aws', region: 'eu-west-1' },
    logger: { info: () => undefined, warn: () => undefined },
    metrics: { addMetric: () => undefined },
  };
}

const live = (life = new Life()) => report(servicesOf(life), {}, NOW);
/** Everything that is not as it has to be once an invocation has lived to its end. */
function complaints(): string[] {
  const entries = [...bucket.objects]
    .filter(([key]) => key.startsWith('evidence/'))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { body }]) => parseEntry(Buffer.from(body)));
  const proven = entries.flatMap(({ entry }) => entry.accounts.map(({ account }) => `${entry.runId} ${account}`));
  const expected = [...RUNS.flatMap((runId) => [1, 2].map((n) => `${runId} ${accountId(n)}`)), `${MANUAL} ${accountId(1)}`];
  return [
    ...(entries.every(({ entry }, place) => entry.number === place + 1 && entry.previous === (entries[place - 1]?.sha256 ?? null))
      ? []
      : ['the chain is broken']),
    ...(entries.every(({ signature }) => signature) ? [] : ['an entry is not signed']),
    ...(String(proven.toSorted()) === String(expected.toSorted()) ? [] : [`it proves ${String(proven)}`]),
    ...RUNS.filter((runId) => !bucket.objects.has(`runs/${runId}/summary.json`)).map((runId) => `${runId} has no summary`),
    ...(ses.commandCalls(SendEmailCommand).length > 0 ? [] : ['nobody got a mail']),
  ];
}

it('a reporter that is killed before or after any of its calls leaves the next one a chain to go on with, and no run out', async () => {
  const whole = new Life();
  await live(whole);
  expect(complaints()).toEqual([]);
  expect(whole.calls).toBeGreaterThan(30);
  const wrong: string[] = [];
  const stored = [...bucket.objects].filter(([key]) => /^runs\/.*(manifest|\d{12})\.json$/.test(key));
  for (let at = 1; at <= whole.calls; at += 1) {
    for (const when of ['before', 'after'] as const) {
      bucket.objects.clear();
      ses.resetHistory();
      for (const [key, object] of stored) bucket.objects.set(key, object);
      const ended = await live(new Life(at, when)).then(
        () => 'lived',
        (error: unknown) => String(error),
      );
      // Events and the history are not worth an invocation's life.
      if (!/Killed|killed|lived/.test(ended)) wrong.push(`${when} call ${at}: ${ended}`);
      await live();
      wrong.push(...complaints().map((complaint) => `killed ${when} call ${at}: ${complaint}`));
    }
  }
  expect(wrong).toEqual([]);
});
