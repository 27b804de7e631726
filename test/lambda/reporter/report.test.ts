import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-jest';
import type { SummaryData } from '../../../lambda/mail/model';
import { ChainStore } from '../../../lambda/chain/chain-store';
import { report, type ReporterServices } from '../../../lambda/reporter/report';
import type { RunSummary } from '../../../lambda/runs/run-summary';
import { RunStore } from '../../../lambda/runs/run-store';
import type { History } from '../../../lambda/runs/history';
import type { AccountResult, RunManifest } from '../../../lambda/runs/schemas';
import { InvalidEventError } from '../../../lambda/shared/errors';
import { action, user } from '../mail/factories';
import { fakeBucket } from '../../helpers/fake-bucket';
import { accountId, manifest, resultOf } from './factories';
import { inventoryOf, recordedKey, recordedUser } from './page/factories';

const NOW = new Date('2026-11-21T04:00:00.000Z');
const ses = mockClient(SESv2Client);
const events = mockClient(EventBridgeClient);
let bucket: ReturnType<typeof fakeBucket>;
let services: ReporterServices;
let metrics: Record<string, number>;
let logged: string[];

beforeEach(() => {
  bucket = fakeBucket(() => NOW);
  events.reset();
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  ses.reset();
  ses.on(SendEmailCommand).callsFake(() => {
    bucket.calls.push('mail');
    return { MessageId: 'm' };
  });
  metrics = {};
  logged = [];
  services = {
    store: new RunStore(new S3Client({ region: 'eu-west-1' }), 'results'),
    chain: new ChainStore(new S3Client({ region: 'eu-west-1' }), 'results'),
    ses: new SESv2Client({ region: 'eu-west-1' }),
    bus: { events: new EventBridgeClient({ region: 'eu-west-1' }), sleep: () => Promise.resolve() },
    mail: {
      sender: 'rotation@example.com',
      configurationSet: 'set',
      template: 'the-summary',
      admins: ['admin@example.com'],
      when: 'always',
    },
    page: { script: '', style: '' },
    place: { partition: 'aws', region: 'eu-west-1' },
    logger: {
      warn: (message) => logged.push(`warn ${JSON.stringify(message)}`),
      info: (message) => logged.push(`info ${JSON.stringify(message)}`),
    },
    metrics: {
      addMetric: (name, _unit, value) => {
        metrics[name] = (metrics[name] ?? 0) + value;
      },
    },
  };
});

const summaryOf = (runId: string) => JSON.parse(bucket.objects.get(`runs/${runId}/summary.json`)!.body) as RunSummary;
const mailed = (): SummaryData => {
  const [call] = ses.commandCalls(SendEmailCommand);
  return (JSON.parse(call!.args[0].input.Content!.Template!.TemplateData!) as { text: SummaryData }).text;
};
const putRun = (runId: string, accounts: number, answers: number, startedAt = '2026-11-21T02:00:00.000Z'): void => {
  bucket.put(`runs/${runId}/manifest.json`, manifest(accounts, { runId, startedAt }));
  for (let n = 1; n <= answers; n += 1) bucket.put(`runs/${runId}/${accountId(n)}.json`, resultOf(n, { runId }));
};

describe('events', () => {
  const put = () => events.commandCalls(PutEventsCommand).flatMap((call) => call.args[0].input.Entries ?? []);

  it('tell of each run that is reported, before its mail, and of accounts that never answered', async () => {
    putRun('a-run', 2, 1);
    await report(services, {}, NOW);
    expect(put().map(({ DetailType, Detail }) => [DetailType, (JSON.parse(Detail ?? '') as { id: string }).id])).toEqual([
      ['key rotation run reported', 'a-run/reported'],
      ['key rotation failed', `a-run/${accountId(2)}/failed/account/SilentAccount`],
    ]);
    expect(events.call(0).calledBefore(ses.call(0))).toBe(true);
  });

  it('that EventBridge does not take are a failure of the run, which is reported all the same', async () => {
    events.on(PutEventsCommand).rejects(Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' }));
    putRun('a-run', 1, 1);
    expect(await report(services, {}, NOW)).toEqual({ reported: ['a-run'], waiting: [] });
    expect(summaryOf('a-run').failures).toEqual([
      { account: '', accountName: '', step: 'publish events', error: 'AccessDeniedException', message: 'not authorized' },
    ]);
    expect(JSON.stringify(mailed())).toContain('AccessDeniedException');
  });
});

describe('which runs are reported', () => {
  it('every run without a summary, in one mail, oldest first', async () => {
    putRun('b-run', 2, 2, '2026-11-20T02:00:00.000Z');
    putRun('a-run', 1, 1);
    putRun('c-run', 1, 1);
    bucket.put('runs/c-run/summary.json', {});
    expect(await report(services, {}, NOW)).toEqual({ reported: ['b-run', 'a-run'], waiting: [] });
    expect(ses).toHaveReceivedCommandTimes(SendEmailCommand, 1);
    expect(mailed().runs.map((run) => run.runId)).toEqual(['b-run', 'a-run']);
    expect(metrics['RunsReported']).toBe(2);
  });

  it('finds runs on every page of the listing', async () => {
    for (let n = 0; n < 10; n += 1) putRun(`run-${n}`, 1, 1);
    expect((await report(services, {}, NOW)).reported).toHaveLength(10);
  });

  it('a run of more than 7 days ago, a run by hand and a folder without a manifest are not reported', async () => {
    putRun('old', 1, 1, '2026-11-14T03:59:00.000Z');
    bucket.put('runs/manual-1/111111111111.json', resultOf(1));
    bucket.put('runs/manual-2/manifest.json', '{');
    bucket.put('runs/empty/111111111111.json', resultOf(1));
    expect(await report(services, {}, NOW)).toEqual({ reported: [], waiting: [] });
    expect(ses).not.toHaveReceivedCommand(SendEmailCommand);
    expect(bucket.calls.filter((call) => !call.startsWith('put evidence/'))).toEqual([]);
    expect(metrics['RunsReported']).toBe(0);
  });

  it.each([
    ['younger than 30 minutes and incomplete waits', 29, 1, false],
    ['younger than 30 minutes and complete does not wait', 1, 2, true],
    ['30 minutes old and incomplete does not wait', 30, 1, true],
  ])('a run that is %s', async (_, minutes, answers, reported) => {
    putRun('young', 2, answers, new Date(NOW.getTime() - minutes * 60_000).toISOString());
    const outcome = await report(services, {}, NOW);
    expect(outcome).toEqual(reported ? { reported: ['young'], waiting: [] } : { reported: [], waiting: ['young'] });
    expect(bucket.objects.has('runs/young/summary.json')).toBe(reported);
  });

  it('an account whose dispatch failed is not waited for', async () => {
    const failed = [{ account: accountId(2), error: 'Throttling', message: 'slow' }];
    bucket.put('runs/young/manifest.json', manifest(2, { runId: 'young', startedAt: NOW.toISOString(), failed }));
    bucket.put(`runs/young/${accountId(1)}.json`, resultOf(1));
    expect((await report(services, {}, NOW)).reported).toEqual(['young']);
  });

  it('a run asked for by its id is reported at once and again, and no other', async () => {
    putRun('young', 2, 1, NOW.toISOString());
    putRun('other', 1, 1);
    bucket.put('runs/young/summary.json', {});
    expect(await report(services, { runId: 'young' }, NOW)).toEqual({ reported: ['young'], waiting: [] });
    expect(summaryOf('young').accounts).toHaveLength(2);
    expect(bucket.objects.has('runs/other/summary.json')).toBe(false);
  });

  it('an unknown run is a clear error, and nothing is written or sent', async () => {
    await expect(report(services, { runId: 'nope' }, NOW)).rejects.toThrow(InvalidEventError);
    await expect(report(services, { runId: 'nope' }, NOW)).rejects.toThrow('runId "nope": there is no runs/nope/manifest.json');
    expect(bucket.calls).toEqual([]);
  });
});

describe('what is reported', () => {
  it('accounts by how they fared, actions by kind, failures, blocked keys and users left', async () => {
    const failed = [{ account: accountId(5), error: 'TooManyRequests', message: 'slow' }];
    const skipped = [{ account: accountId(9), name: 'Closed', code: 'not-active' as const, reason: 'SUSPENDED' }];
    bucket.put('runs/run-1/manifest.json', manifest(6, { failed, skipped }));
    bucket.put(
      `runs/run-1/${accountId(1)}.json`,
      resultOf(1, { mails: [{ recipient: 'x@example.com', template: 't', items: 1, outcome: 'sent' }] }),
    );
    bucket.put(
      `runs/run-1/${accountId(2)}.json`,
      resultOf(2, {
        status: 'partial',
        users: [
          user('bob', { actions: [action({ outcome: 'failed' }), action({ action: 'blocked', keyId: 'AKIABLOCKED', reason: 'no room' })] }),
        ],
        failures: [
          { user: 'bob', step: 'rotate', error: 'SecretUnusableError', message: 'deleted' },
          { user: 'bob', step: 'read tags', error: 'Throttling', message: 'slow' },
        ],
        left: ['carol', 'dave'],
        mails: [{ recipient: 'x@example.com', template: 't', items: 1, outcome: 'failed' }],
      }),
    );
    bucket.put(
      `runs/run-1/${accountId(3)}.json`,
      resultOf(3, { status: 'failed', users: [], usersSeen: 0, failures: [{ step: 'assume role', error: 'AccessDenied', message: 'no' }] }),
    );
    bucket.put(`runs/run-1/${accountId(4)}.json`, '{"account": {');
    await report(services, {}, NOW);

    const summary = summaryOf('run-1');
    expect(summary.accounts.map(({ id, status }) => [id[0], status])).toEqual([
      ['1', 'succeeded'],
      ['2', 'partial'],
      ['3', 'failed'],
      ['4', 'unreadable'],
      ['5', 'not dispatched'],
      ['6', 'silent'],
    ]);
    expect(summary).toMatchObject({
      mode: 'enforcing',
      usersSeen: 20,
      skipped,
      mails: { sent: 1, failed: 1 },
      blocked: [{ account: accountId(2), accountName: 'Account 2', user: 'bob', keyId: 'AKIABLOCKED', reason: 'no room' }],
      left: [{ account: accountId(2), accountName: 'Account 2', users: ['carol', 'dave'], more: 0 }],
    });
    expect(summary.actions).toEqual(
      expect.arrayContaining([
        { action: 'rotate', done: 1, planned: 0, failed: 1, deferred: 0 },
        { action: 'blocked', done: 1, planned: 0, failed: 0, deferred: 0 },
      ]),
    );
    expect(summary.failures.map(({ account, user: name, step, error }) => [account[0], name, step, error])).toEqual([
      ['2', 'bob', 'rotate', 'SecretUnusableError'],
      ['2', 'bob', 'read tags', 'Throttling'],
      ['3', undefined, 'assume role', 'AccessDenied'],
      ['4', undefined, 'read result', 'UnreadableResult'],
      ['5', undefined, 'dispatch', 'TooManyRequests'],
    ]);
    expect(metrics).toEqual({ RunsReported: 1, AccountsFailed: 3, AccountsSilent: 1, UsersFailed: 1, MailsSent: 1, MailsFailed: 1 });

    const data = mailed();
    expect(data.headline).toBe(
      '6 accounts, 5 need a look: 1 failed, 1 not dispatched, 1 unreadable, 1 partly done, 1 never answered, 1 key blocked, 6 new',
    );
    expect(data.clean).toBe(false);
    const lists = Object.fromEntries(
      data.runs[0]!.lists.map((list) => [list.title, list.lines.map(({ where, what }) => `${where}: ${what}`)]),
    );
    expect(lists['New failures']).toContain('Account 2 (222222222222) · bob: rotate failed: SecretUnusableError: deleted');
    expect(lists['New failures']!.join()).toContain('runs/run-1/444444444444.json cannot be read');
    expect(lists['Accounts that never answered']!.join()).toContain('Account 6 (666666666666)');
    expect(lists['Newly blocked keys']).toEqual(['Account 2 (222222222222) · bob · AKIABLOCKED: no room']);
    expect(lists['Users left for the next run']).toEqual(['Account 2 (222222222222): 2 users: carol, dave']);
    expect(data.runs[0]!.report).toBe('s3://results/runs/run-1/report.html');
  });

  it('a result of the wrong shape, or that may not be read, is reported as unreadable', async () => {
    putRun('run-1', 2, 0);
    bucket.put(`runs/run-1/${accountId(1)}.json`, { account: { id: accountId(1), name: 'x' }, status: 'fine' });
    bucket.put(`runs/run-1/${accountId(2)}.json`, '');
    await report(services, {}, NOW);
    expect(summaryOf('run-1').accounts.map(({ status }) => status)).toEqual(['unreadable', 'unreadable']);
  });

  it('an account that answered although its dispatch was counted as failed is not counted twice', async () => {
    bucket.put(
      'runs/run-1/manifest.json',
      manifest(1, { failed: [{ account: accountId(1), error: 'TimeoutError', message: 'lost answer' }] }),
    );
    bucket.put(`runs/run-1/${accountId(1)}.json`, resultOf(1));
    await report(services, {}, NOW);
    expect(summaryOf('run-1')).toMatchObject({ accounts: [{ status: 'succeeded' }], failures: [] });
  });

  it('an unreadable manifest is reported with the answers that are there', async () => {
    bucket.put('runs/run-1/manifest.json', '{"runId"', new Date('2026-11-21T02:00:00.000Z'));
    bucket.put(`runs/run-1/${accountId(1)}.json`, resultOf(1));
    await report(services, {}, NOW);
    expect(summaryOf('run-1')).toMatchObject({
      mode: 'unknown',
      startedAt: '2026-11-21T02:00:00.000Z',
      accounts: [{ id: accountId(1), name: 'Account 1', status: 'succeeded' }],
      failures: [{ step: 'read manifest', message: expect.stringContaining('runs/run-1/manifest.json cannot be read') as string }],
    });
    expect(mailed().headline).toBe('1 account, with failures, 1 new');
  });

  it('a dry run and a forced rotation are called so', async () => {
    bucket.put('runs/run-1/manifest.json', manifest(1, { dryRun: true, forceRotate: 'alice' }));
    bucket.put(`runs/run-1/${accountId(1)}.json`, resultOf(1, { dryRun: true }));
    await report(services, {}, NOW);
    expect(mailed()).toMatchObject({ headline: 'dry run, 1 account, all done', clean: true });
    expect(mailed().runs[0]!.mode).toBe('Dry run: nothing was changed; forced rotation of alice');
  });
});

describe('order and retries', () => {
  it('marks a run as reported only after the mail was accepted', async () => {
    putRun('run-1', 1, 1);
    await report(services, {}, NOW);
    expect(bucket.calls).toEqual([
      'put runs/run-1/keys.csv',
      'put runs/run-1/report.html',
      'put reports/latest.html',
      'put reports/history.json',
      'mail',
      'put runs/run-1/summary.json',
      'put evidence/000000/000000001.jsonl',
    ]);
    expect(bucket.objects.get('runs/run-1/report.html')!.type).toBe('text/html; charset=utf-8');
  });

  it('a mail that fails fails the invocation, and the next one reports the run', async () => {
    putRun('run-1', 1, 1);
    ses.on(SendEmailCommand).rejectsOnce(Object.assign(new Error('not verified'), { name: 'MessageRejected' }));
    await expect(report(services, {}, NOW)).rejects.toMatchObject({
      name: 'SummaryNotMailedError',
      message: 'the run summary could not be mailed, so that the next invocation reports run-1 again: MessageRejected: not verified',
    });
    expect(bucket.objects.has('runs/run-1/summary.json')).toBe(false);
    expect(metrics).toEqual({ MailsFailed: 1 });
    ses.on(SendEmailCommand).resolves({ MessageId: 'm' });
    expect((await report(services, {}, NOW)).reported).toEqual(['run-1']);
    expect((await report(services, {}, NOW)).reported).toEqual([]);
  });

  it('mails every administrator, and reports a run that one of them heard of', async () => {
    putRun('run-1', 1, 1);
    services.mail.admins = ['gone@example.com', 'admin@example.com'];
    ses
      .on(SendEmailCommand, { Destination: { ToAddresses: ['gone@example.com'] } })
      .rejects(Object.assign(new Error('not verified'), { name: 'MessageRejected' }));
    expect((await report(services, {}, NOW)).reported).toEqual(['run-1']);
    const to = ses.commandCalls(SendEmailCommand).map(({ args: [{ input }] }) => input.Destination?.ToAddresses);
    expect(to).toEqual([['gone@example.com'], ['admin@example.com']]);
    expect(metrics['MailsFailed']).toBe(1);
    expect(logged).toContain('warn "summary not mailed"');
  });

  it('leaves runs for the next invocation when one mail cannot hold them all', async () => {
    for (let n = 0; n < 22; n += 1)
      putRun(`run-${String(n).padStart(2, '0')}`, 1, 1, new Date(NOW.getTime() - (100 - n) * 3_600_000).toISOString());
    const { reported, waiting } = await report(services, {}, NOW);
    expect(reported).toHaveLength(20);
    expect(waiting).toEqual(['run-20', 'run-21']);
    expect((await report(services, {}, NOW)).reported).toEqual(['run-20', 'run-21']);
  });
});

describe('the newest report and the history', () => {
  const inventory = inventoryOf(recordedUser('alice', [recordedKey(30)]), recordedUser('bob', [recordedKey(130)]));
  const failed = { status: 'partial' as const, failures: [{ user: 'bob', step: 'rotate', error: 'AccessDenied', message: 'no' }] };
  const historyNow = () => JSON.parse(bucket.objects.get('reports/history.json')!.body) as History;
  const run = (runId: string, startedAt: string, overrides: Partial<RunManifest> = {}, result: Partial<AccountResult> = {}): void => {
    bucket.put(`runs/${runId}/manifest.json`, manifest(1, { runId, startedAt, ...overrides }));
    bucket.put(`runs/${runId}/${accountId(1)}.json`, resultOf(1, { runId, inventory, ...result }));
  };

  it('are of the newest run, and every day has one entry', async () => {
    run('run-1', '2026-11-20T02:00:00.000Z');
    run('run-2', '2026-11-21T02:00:00.000Z');
    await report(services, {}, NOW);
    expect(historyNow().days).toMatchObject([
      { day: '2026-11-20', runId: 'run-1', keys: 2, within: 1, over: 1 },
      { day: '2026-11-21', runId: 'run-2', missing: 0 },
    ]);
    expect(bucket.objects.get('reports/latest.html')!.body).toBe(bucket.objects.get('runs/run-2/report.html')!.body);
    await report(services, { runId: 'run-1' }, NOW);
    expect(historyNow().days.map(({ runId }) => runId)).toEqual(['run-1', 'run-2']);
    expect(bucket.objects.get('reports/latest.html')!.body).toContain('Run run-2');
  });

  it.each<[string, Partial<RunManifest>]>([
    ['one user', { forceRotate: 'alice' }],
    ['some accounts', { skipped: [{ account: '9', name: '', code: 'not-asked-for', reason: 'it was not asked for' }] }],
  ])('are not touched by a run about %s', async (_, overrides) => {
    run('run-1', '2026-11-21T02:00:00.000Z', overrides);
    await report(services, {}, NOW);
    expect([...bucket.objects.keys()].filter((key) => key.startsWith('reports/'))).toEqual([]);
    expect(bucket.objects.get('runs/run-1/report.html')!.body).toContain('Part of the organization');
  });

  it('tell a failure that is new from one that is known', async () => {
    run('run-1', '2026-11-20T02:00:00.000Z', {}, failed);
    await report(services, {}, NOW);
    expect(bucket.objects.get('reports/latest.html')!.body).toContain('1 new, 0 known from before');
    run('run-2', '2026-11-21T02:00:00.000Z', {}, failed);
    await report(services, {}, NOW);
    expect(bucket.objects.get('reports/latest.html')!.body).toContain('0 new, 1 known from before');
    expect(Object.values(historyNow().since)).toEqual(['2026-11-20']);
  });

  it('begin anew when the history cannot be read', async () => {
    bucket.put('reports/history.json', 'what is this');
    run('run-1', '2026-11-21T02:00:00.000Z');
    await report(services, {}, NOW);
    expect(historyNow().days).toHaveLength(1);
  });
});

describe('summaries only of changes', () => {
  const quiet = (runId: string, startedAt: string): void => {
    bucket.put(`runs/${runId}/manifest.json`, manifest(1, { runId, startedAt }));
    bucket.put(
      `runs/${runId}/${accountId(1)}.json`,
      resultOf(1, { runId, status: 'partial', users: [], failures: [{ step: 'rotate', error: 'E', message: 'm' }] }),
    );
  };
  beforeEach(() => {
    services.mail.when = 'changes';
  });

  it('say nothing of a run that did nothing and met what was known, and it counts as reported', async () => {
    quiet('run-1', '2026-11-20T02:00:00.000Z');
    await report(services, {}, NOW);
    expect(ses).toHaveReceivedCommandTimes(SendEmailCommand, 1);
    quiet('run-2', '2026-11-21T02:00:00.000Z');
    expect((await report(services, {}, NOW)).reported).toEqual(['run-2']);
    expect(ses).toHaveReceivedCommandTimes(SendEmailCommand, 1);
    expect(bucket.objects.has('runs/run-2/summary.json')).toBe(true);
  });
});

describe('evidence', () => {
  const entries = () => [...bucket.objects.keys()].filter((key) => key.startsWith('evidence/'));

  it('is written although no mail goes out, whose error it does not hide', async () => {
    putRun('run-1', 1, 1);
    ses.on(SendEmailCommand).rejects(Object.assign(new Error('paused'), { name: 'SendingPausedException' }));
    await expect(report(services, {}, NOW)).rejects.toThrow('the run summary could not be mailed');
    expect(entries()).toHaveLength(1);
  });

  it('that cannot be written is an error once the run is reported and told of', async () => {
    putRun('run-1', 1, 1);
    jest.spyOn(services.chain, 'append').mockRejectedValue(new Error('no room'));
    await expect(report(services, {}, NOW)).rejects.toThrow('no room');
    expect(summaryOf('run-1').runId).toBe('run-1');
    expect(mailed().runs).toHaveLength(1);
  });

  it('that cannot be written either is told in the log', async () => {
    putRun('run-1', 1, 1);
    ses.on(SendEmailCommand).rejects(Object.assign(new Error('paused'), { name: 'SendingPausedException' }));
    jest.spyOn(services.chain, 'append').mockRejectedValue(new Error('no room'));
    await expect(report(services, {}, NOW)).rejects.toThrow('the run summary could not be mailed');
    expect(logged).toContain('warn "evidence not written"');
  });
});
