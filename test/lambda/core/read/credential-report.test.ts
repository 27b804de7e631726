import { GenerateCredentialReportCommand, GetCredentialReportCommand, IAMClient } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { fetchCredentialReport, readReport } from '../../../../lambda/core/read/credential-report';
import { accessDenied, awsError, namesOf } from '../../../helpers/aws';
import { ACCOUNT, daysAgo } from '../../../helpers/facts';
import { activeKey, COLUMNS, reportBytes, reportText, rootRow, userRow } from '../../../helpers/report';

const CREATED = daysAgo(95);
const alice = { name: 'alice', arn: `arn:aws:iam::${ACCOUNT}:user/alice`, keys: [{ active: true, created: CREATED }] };
const aliceWithUses = { ...alice, keys: [{ active: true, created: CREATED, lastUsed: 'never' }] };
const text = reportText([rootRow, userRow('alice', activeKey(CREATED))]);
const read = (content: string) => readReport(Buffer.from(content));

describe('readReport', () => {
  it('gives every user with the ages of their keys, and leaves the root row out', () => {
    expect(read(text)).toEqual({ users: [alice] });
  });

  it.each([
    ['columns in another order', reportText([rootRow, userRow('alice', activeKey(CREATED))], COLUMNS.toReversed())],
    [
      'a column that we do not know',
      reportText([rootRow, userRow('alice', activeKey(CREATED))], ['additional_credentials_info', ...COLUMNS]),
    ],
    [
      'column names in upper case',
      reportText(
        [rootRow, userRow('alice', activeKey(CREATED))],
        COLUMNS.map((column) => column.toUpperCase()),
      ),
    ],
    ['TRUE and FALSE in upper case', text.replaceAll('true', 'TRUE').replaceAll('false', 'FALSE')],
    ['a byte order mark', `\uFEFF${text}`],
    ['Windows line ends', text.replaceAll('\n', '\r\n')],
    ['a last line end and an empty line', `${text}\n\n`],
    ['quoted values', text.replaceAll(/[^,\n]+/g, '"$&"')],
  ])('reads %s', (_, content) => {
    expect(read(content)).toEqual({ users: [alice] });
  });

  it.each([
    ['no key', {}, []],
    ['an inactive key without a date: the weekly sweep finds it', { access_key_1_active: 'false', access_key_1_last_rotated: 'N/A' }, []],
    [
      'an inactive key with its date',
      { access_key_1_active: 'false', access_key_1_last_rotated: CREATED.toISOString() },
      [{ active: false, created: CREATED }],
    ],
    ['a key in the second slot', activeKey(CREATED, 2), [{ active: true, created: CREATED }]],
    ['an active key of unknown age', { access_key_1_active: 'true' }, [{ active: true, created: undefined }]],
    [
      'no_information',
      { access_key_1_active: 'true', access_key_1_last_rotated: 'no_information' },
      [{ active: true, created: undefined }],
    ],
    [
      'two keys',
      { ...activeKey(CREATED, 2), ...activeKey(daysAgo(5), 1) },
      [
        { active: true, created: daysAgo(5) },
        { active: true, created: CREATED },
      ],
    ],
  ])('reads %s', (_, row, keys) => {
    expect(readReport(reportBytes([userRow('bob', row)]))).toMatchObject({ users: [{ name: 'bob', keys }] });
  });

  it.each([
    [
      'a use',
      {
        access_key_1_last_used_date: daysAgo(2).toISOString(),
        access_key_1_last_used_service: 's3',
        access_key_1_last_used_region: 'eu-west-1',
      },
      { lastUsed: { at: daysAgo(2), service: 's3', region: 'eu-west-1' } },
    ],
    ['none', {}, { lastUsed: 'never' }],
    ['nothing', { access_key_1_last_used_date: 'no_information' }, {}],
  ])('tells of uses where it is asked: %s', (_, use, said) => {
    const bytes = reportBytes([userRow('bob', { ...activeKey(CREATED), ...use })]);
    expect(readReport(bytes, { uses: true })).toMatchObject({ users: [{ keys: [{ active: true, created: CREATED, ...said }] }] });
    expect(readReport(bytes)).toEqual({
      users: [{ name: 'bob', arn: `arn:aws:iam::${ACCOUNT}:user/bob`, keys: [{ active: true, created: CREATED }] }],
    });
  });

  it('knows of no use where the report has no such columns', () => {
    const columns = COLUMNS.filter((column) => !column.includes('last_used'));
    expect(readReport(Buffer.from(reportText([userRow('alice', activeKey(CREATED))], columns)), { uses: true })).toEqual({
      users: [alice],
    });
  });

  it('reads a user with a path, and a quoted name with a comma', () => {
    const arn = `arn:aws:iam::${ACCOUNT}:user/team/x/carol`;
    const comma = { ...userRow('"a,b"'), arn: `"arn:aws:iam::${ACCOUNT}:user/a,b"` };
    expect(readReport(reportBytes([{ ...userRow('carol'), arn }, comma]))).toMatchObject({
      users: [{ name: 'carol', arn }, { name: 'a,b' }],
    });
  });

  it('of root alone holds no user and is no error', () => {
    expect(readReport(reportBytes([rootRow]))).toEqual({ users: [] });
  });

  it.each([
    ['nothing', '', 'the credential report is empty'],
    ['a header alone', reportText([]), 'the credential report is empty'],
    [
      'missing columns',
      reportText([userRow('alice')], ['user', 'arn', 'access_key_1_active']),
      'the credential report lacks the column access_key_1_last_rotated, access_key_2_active, access_key_2_last_rotated',
    ],
    [
      'neither true nor false for a key',
      reportText([userRow('alice', { access_key_2_active: 'maybe' })]),
      'the credential report says "maybe" in access_key_2_active of alice',
    ],
    ['a row without a name', reportText([{ ...userRow(''), arn: 'x' }]), 'the credential report has a row that names no user: ""'],
    [
      'a row whose ARN is another user’s',
      reportText([{ ...userRow('alice'), arn: `arn:aws:iam::${ACCOUNT}:user/bob` }]),
      'the credential report has a row that names no user: "alice"',
    ],
  ])('is unavailable when it holds %s', (_, content, unavailable) => {
    expect(read(content)).toEqual({ unavailable });
  });

  it('is unavailable when it was cut off in the middle of a line', () => {
    for (const length of [text.length - 20, text.length - 4, reportText([]).length + 30]) {
      expect(read(text.slice(0, length))).toEqual({
        unavailable: expect.stringMatching(/^the credential report cannot be read: .*columns length is 22, got \d+ on line \d$/) as string,
      });
    }
    expect(read(text.slice(0, 100))).toEqual({ unavailable: 'the credential report is empty' });
  });
});

describe('fetchCredentialReport', () => {
  const iam = mockClient(IAMClient);
  const client = new IAMClient({ region: 'us-east-1' });
  const sleep = jest.fn<Promise<void>, [number]>(() => Promise.resolve());
  const fetch = () => fetchCredentialReport(client, { sleep });
  const slept = (): number => sleep.mock.calls.reduce((sum, [milliseconds]) => sum + milliseconds, 0);
  const Content = Buffer.from(text);

  beforeEach(() => {
    iam.reset();
    sleep.mockClear();
    iam.on(GenerateCredentialReportCommand).resolves({ State: 'COMPLETE' });
    iam.on(GetCredentialReportCommand).resolves({ Content });
  });

  it('takes two calls and no waiting when the report is there', async () => {
    await expect(fetch()).resolves.toEqual({ users: [aliceWithUses] });
    expect(namesOf(iam)).toEqual(['GenerateCredentialReport', 'GetCredentialReport']);
    expect(sleep).not.toHaveBeenCalled();
  });

  it('says when AWS made the report', async () => {
    iam.on(GetCredentialReportCommand).resolves({ Content, GeneratedTime: daysAgo(0) });
    await expect(fetch()).resolves.toMatchObject({ made: daysAgo(0) });
  });

  it.each(['STARTED', 'INPROGRESS'] as const)('waits before the first look when AWS answers %s', async (State) => {
    iam.on(GenerateCredentialReportCommand).resolves({ State });
    await expect(fetch()).resolves.toEqual({ users: [aliceWithUses] });
    expect(sleep).toHaveBeenCalledTimes(1);
  });

  it.each(['CredentialReportNotReadyException', 'CredentialReportNotPresentException', 'ReportInProgress', 'ReportNotPresent'])(
    'looks again after %s',
    async (name) => {
      iam.on(GetCredentialReportCommand).rejectsOnce(awsError(name, 404)).rejectsOnce(awsError(name, 410)).resolves({ Content });
      await expect(fetch()).resolves.toEqual({ users: [aliceWithUses] });
      expect(sleep).toHaveBeenCalledTimes(2);
    },
  );

  it('gives up after about a minute', async () => {
    iam.on(GetCredentialReportCommand).rejects(awsError('CredentialReportNotReadyException', 404));
    await expect(fetch()).resolves.toEqual({ unavailable: 'AWS did not finish the credential report in time' });
    expect(slept()).toBeGreaterThanOrEqual(45_000);
    expect(slept()).toBeLessThanOrEqual(90_000);
  });

  it.each([
    ['generating is refused', GenerateCredentialReportCommand],
    ['reading is refused', GetCredentialReportCommand],
  ])('is unavailable, with the reason, when %s', async (_, command) => {
    iam.on(command).rejects(accessDenied());
    await expect(fetch()).resolves.toMatchObject({ unavailable: 'AccessDenied: not authorized', cause: { name: 'AccessDenied' } });
  });

  it('is unavailable when AWS limits it', async () => {
    iam.on(GenerateCredentialReportCommand).rejects(awsError('LimitExceededException', 409, 'too many'));
    await expect(fetch()).resolves.toMatchObject({ unavailable: 'LimitExceededException: too many' });
  });

  it('is unavailable when the file is cut off', async () => {
    iam.on(GetCredentialReportCommand).resolves({ Content: Buffer.from(text.slice(0, -20)) });
    await expect(fetch()).resolves.toHaveProperty('unavailable');
  });

  it('is unavailable when the answer stays without content', async () => {
    iam.on(GetCredentialReportCommand).resolves({});
    await expect(fetch()).resolves.toEqual({ unavailable: 'AWS did not finish the credential report in time' });
  });
});
