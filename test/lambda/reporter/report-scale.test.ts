import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { GetObjectCommand, S3Client, type GetObjectCommandInput } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { MAX_TEMPLATE_DATA_CHARACTERS } from '../../../lambda/mail/pages';
import { ChainStore } from '../../../lambda/chain/chain-store';
import { MAX_KEYS } from '../../../lambda/reporter/page/key-table';
import { report } from '../../../lambda/reporter/report';
import { RunStore } from '../../../lambda/runs/run-store';
import { accountResult, action, user } from '../mail/factories';
import { bodyOf, fakeBucket } from '../../helpers/fake-bucket';
import { manifest } from './factories';
import { inventoryOf, recordedKey, recordedUser } from './page/factories';

const NOW = new Date('2026-11-21T04:00:00.000Z');
const RUN = '20261121T020000Z-1234abcd';
const ACCOUNTS = 10_000;
const USERS = 6;
const idOf = (number: number): string => String(100_000_000_000 + number);
const ses = mockClient(SESv2Client);

it('reports ten thousand accounts in which every user failed, in a mail that SES takes and a report that a browser opens', async () => {
  const bucket = fakeBucket(() => NOW, 1_000);
  const accounts = Array.from({ length: ACCOUNTS }, (_, n) => ({ id: idOf(n), name: `Account ${n}`, email: `a${n}@example.com` }));
  bucket.put(`runs/${RUN}/manifest.json`, manifest(0, { runId: RUN, accounts }));
  for (const { id } of accounts) bucket.put(`runs/${RUN}/${id}.json`, '');
  const names = Array.from({ length: USERS }, (_, n) => `user-${n}`);
  const failures = names.map((name) => ({ user: name, step: 'rotate', error: 'AccessDenied', message: 'is not authorized '.repeat(15) }));
  const users = names.map((name) => user(name, { actions: [action({ outcome: 'failed' })] }));
  const inventory = inventoryOf(...names.map((name, index) => recordedUser(name, [recordedKey(index)])));
  const ID = 'its-account-id';
  // Made once: only their ids differ.
  const result = JSON.stringify(
    accountResult({ account: { id: ID, name: ID, email: '' }, status: 'partial', usersSeen: USERS, users, failures, inventory }),
  );
  let [reading, most] = [0, 0];
  const get = async ({ Key = '' }: GetObjectCommandInput): Promise<object> => {
    most = Math.max(most, ++reading);
    await new Promise((resolve) => setImmediate(resolve));
    reading -= 1;
    const id = /(\d{12})\.json$/.exec(Key)?.[1];
    const kept = bucket.objects.get(Key)?.body ?? '';
    const body = id === undefined ? kept : result.replaceAll(ID, id);
    return { Body: bodyOf(body) };
  };
  const s3 = new S3Client({ region: 'eu-west-1' });
  const send = s3.send.bind(s3) as (command: object) => Promise<object>;
  // Before the mocked client, which keeps and compares whatever it is asked.
  Object.assign(s3, { send: (command: object) => (command instanceof GetObjectCommand ? get(command.input) : send(command)) });
  mockClient(EventBridgeClient).on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  let data = '';
  ses.on(SendEmailCommand).callsFake((input: { Content: { Template: { TemplateData: string } } }) => {
    data = input.Content.Template.TemplateData;
    return { MessageId: 'm' };
  });

  await report(
    {
      store: new RunStore(s3, 'bucket'),
      chain: new ChainStore(s3, 'bucket'),
      ses: new SESv2Client({ region: 'eu-west-1' }),
      bus: { events: new EventBridgeClient({ region: 'eu-west-1' }), sleep: () => Promise.resolve() },
      mail: { sender: 's@example.com', configurationSet: 'set', template: 'summary', admins: ['a@example.com'], when: 'always' },
      page: { script: '', style: '' },
      place: { partition: 'aws', region: 'eu-west-1' },
      logger: { info: jest.fn(), warn: jest.fn() },
      metrics: { addMetric: jest.fn() },
    },
    {},
    NOW,
  );

  expect(most).toBeLessThanOrEqual(20);
  expect(data.length).toBeLessThanOrEqual(MAX_TEMPLATE_DATA_CHARACTERS);
  const html = bucket.objects.get(`runs/${RUN}/report.html`)?.body ?? '';
  expect(html.length).toBeLessThan(30_000_000);
  expect(html).toContain(`<p class="big bad">${(ACCOUNTS * USERS).toLocaleString('en-US')}</p>`);
  expect(html).toContain(`Keys <span>${MAX_KEYS.toLocaleString('en-US')}</span>`);
  expect(html).toContain(`The 50,000 of 60,000 keys whose next step comes first; all of them are in s3://bucket/runs/${RUN}/keys.csv.`);
  expect(html).toContain(`Accounts <span>${ACCOUNTS.toLocaleString('en-US')}</span>`);
  expect(bucket.objects.get(`runs/${RUN}/keys.csv`)?.body.match(/\r\n/g)).toHaveLength(ACCOUNTS * USERS + 1);
});
