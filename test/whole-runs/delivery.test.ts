import { DeleteSuppressedDestinationCommand, PutSuppressedDestinationCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { resultsOf } from '../helpers/sandbox-memory';
import { actionsOf, ADMIN, FUNCTIONS, MANAGEMENT, TEAM, testOrganization } from '../helpers/sandbox-organization';

const NOBODY = { id: '444455556666', name: 'No address', email: '' };
const organization = testOrganization('enforcing', [TEAM], { direct: true });
const OWNER = 'owner@acme.example';
const USER = 'web-deploy';

const sentTo = (address: string): number => organization().sandbox.mails.filter(({ to }) => to.includes(address)).length;
const inSes = async (command: PutSuppressedDestinationCommand | DeleteSuppressedDestinationCommand): Promise<void> => {
  const client = new SESv2Client(organization().sandbox.client(MANAGEMENT.id));
  await client.send(command as PutSuppressedDestinationCommand);
  client.destroy();
};
/** What SES does when a mail to an address bounces for good. */
const bounce = (EmailAddress: string): Promise<void> => inSes(new PutSuppressedDestinationCommand({ EmailAddress, Reason: 'BOUNCE' }));
const day = async (n: number, account = TEAM) => {
  organization().goToDay(n);
  const result = await organization().rotate(account);
  return { result, actions: actionsOf([result], USER).map(({ action, on }) => `${action} ${on?.slice(0, 10) ?? ''}`.trim()) };
};

it('an owner whose mail bounced is written to no more, and account, result and summary say so', async () => {
  organization().addUser(TEAM, USER, [{ ageDays: 90, usedDaysAgo: 1 }], { owner: OWNER });
  await day(0);
  expect(sentTo(OWNER)).toBe(1);
  organization().goToDay(0, 1);
  await bounce(OWNER);
  organization().goToDay(3);
  organization().sandbox.mails.length = 0;
  const result = (await organization().run({ accounts: [TEAM.id] })).at(-1);
  const message = `the owner of ${USER} was not told: SES delivers nothing to ${OWNER} since 2026-01-05 (BOUNCE); name another address, or, once it takes mails again, in the account of the rotation: aws sesv2 delete-suppressed-destination --region eu-west-1 --email-address ${OWNER}`;
  expect(result!.failures).toEqual([{ user: USER, step: 'send mail', error: 'UndeliverableError', message }]);
  expect(sentTo(OWNER)).toBe(0);
  // The account's address was told on the first day, so that the date stands.
  const mail = organization().sandbox.mails.find(({ to }) => to.includes(TEAM.email));
  expect(mail?.subject).toBe(
    `Failed: not everything could be done for ${USER}; action needed by 15 Jan: switch ${USER} to its new key (Team)`,
  );
  expect(mail?.text).toContain(`SES delivers nothing to ${OWNER} since 5 Jan 2026 (BOUNCE)`);
  await organization().invoke(FUNCTIONS.reporter, {});
  expect(organization().sandbox.mails.find(({ to }) => to.includes(ADMIN))?.text).toContain(`SES delivers nothing to ${OWNER}`);

  await inSes(new DeleteSuppressedDestinationCommand({ EmailAddress: OWNER }));
  expect((await day(9)).result.failures).toEqual([]);
  expect(sentTo(OWNER)).toBe(1);
});

it('what nobody got in a mail that was delivered was not told: the key keeps working until somebody was', async () => {
  const account = { ...TEAM, email: NOBODY.email };
  organization().addUser(TEAM, USER, [{ ageDays: 90, usedDaysAgo: 1 }], { owner: OWNER });
  await day(0, account);
  organization().goToDay(0, 1);
  await bounce(OWNER);
  organization().disturbed = true;
  const next = await day(1, account);
  expect(next.actions).toContain('announce 2026-01-16');
  expect(next.result.failures.map(({ error }) => error)).toEqual(expect.arrayContaining(['UndeliverableError', 'NobodyToldError']));
  // Nobody puts the step off but the mails that do not arrive.
  for (const n of [10, 16, 17]) expect((await day(n, account)).result.failures.map(({ error }) => error)).not.toContain('StepPutOffError');
  expect(
    organization()
      .user(TEAM, USER)
      .keys.map(({ status }) => status),
  ).toEqual(['Active', 'Active']);

  // Somebody names an address that takes mails: the grace begins with the mail to it.
  organization().sandbox.people(TEAM.id).tagUser(USER, { OwnerEmail: 'new@acme.example' });
  expect((await day(18, account)).actions).toContain('announce 2026-02-02');
  await day(27, account);
  expect(
    organization()
      .user(TEAM, USER)
      .keys.map(({ status }) => status),
  ).toEqual(['Active', 'Active']);
  await day(28, account);
  expect(
    organization()
      .user(TEAM, USER)
      .keys.map(({ status }) => status),
  ).toEqual(['Inactive', 'Active']);
});

it('nobody is asked about on a day without news', async () => {
  organization().addUser(TEAM, USER, [{ ageDays: 90, usedDaysAgo: 1 }], { owner: OWNER });
  await day(0);
  organization().sandbox.calls.length = 0;
  await day(1);
  const asked = () => organization().sandbox.calls.filter(({ operation }) => operation === 'GetSuppressedDestination').length;
  expect(asked()).toBe(2);
  organization().sandbox.calls.length = 0;
  await day(7);
  expect(asked()).toBe(0);
});

it('a mail that was lost is said once, though nothing else happens from then on, and is asked about no more', async () => {
  organization().addUser(TEAM, USER, [{ ageDays: 90, usedDaysAgo: 1 }], { owner: OWNER });
  for (const n of [0, 9, 10, 19]) await day(n);
  organization().sandbox.people(MANAGEMENT.id).troubleMails(OWNER, 'reject');
  expect((await day(20)).actions).toContain('delete');
  const said = [];
  for (const n of [21, 22, 23, 26, 27]) said.push((await day(n)).result.failures.map(({ error }) => error));
  expect(said).toEqual([['UndeliveredMailError'], [], [], [], []]);
  organization().sandbox.calls.length = 0;
  await day(29);
  expect(
    organization()
      .callsOfApp()
      .map(({ operation }) => operation),
  ).not.toContain('ListObjectsV2');
});

describe('a mail that SES accepted and did not deliver', () => {
  const trouble = (address: string, what?: 'reject' | 'rendering failure' | 'transient bounce'): void => {
    organization().sandbox.people(MANAGEMENT.id).troubleMails(address, what);
  };
  const keys = () =>
    organization()
      .user(TEAM, USER)
      .keys.map(({ status }) => status);
  const errors = ({ result }: Awaited<ReturnType<typeof day>>) => result.failures.map(({ error }) => error);
  beforeEach(() => {
    organization().addUser(TEAM, USER, [{ ageDays: 90, usedDaysAgo: 1 }], { owner: OWNER });
  });

  it.each([
    ['reject', 'SES rejected it (Bad content)'],
    ['rendering failure', "SES could not render it (Attribute 'headline' is not present in the rendering data.)"],
    ['transient bounce', 'it came back (Transient General)'],
  ] as const)('counts as told to nobody, though it is no matter of the address: %s', async (what, why) => {
    for (const address of [OWNER, TEAM.email]) trouble(address, what);
    await day(0);
    for (const address of [OWNER, TEAM.email]) trouble(address);
    organization().disturbed = true;
    const next = await day(1);
    expect(next.actions).toContain('announce 2026-01-16');
    expect(next.result.failures.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        `the mail of 2026-01-05 to ${OWNER} about ${USER} was not delivered: ${why}`,
        `the mail of 2026-01-05 to ${TEAM.email} about ${USER} was not delivered: ${why}`,
        expect.stringMatching(/^nobody was told that AKIA\w+ will be disabled on 2026-01-15, because no mail about it was delivered/),
      ]),
    );
    // Owner and account hear of it now, and the mail to the account says what was not delivered.
    expect(sentTo(OWNER)).toBe(2);
    expect(organization().sandbox.mails.findLast(({ to }) => to.includes(TEAM.email))?.text).toContain('was not delivered: ');
    expect(errors(await day(2))).toEqual([]);
    await day(10);
    expect(keys()).toEqual(['Active', 'Active']);
    await day(11);
    expect(keys()).toEqual(['Inactive', 'Active']);
  });

  it('leaves the date as it is where somebody else was told, and summary and report name it once', async () => {
    trouble(OWNER, 'reject');
    await day(0);
    trouble(OWNER);
    organization().goToDay(1);
    const result = (await organization().run({ accounts: [TEAM.id] })).at(-1);
    expect(result?.failures).toEqual([
      {
        user: USER,
        step: 'send mail',
        error: 'UndeliveredMailError',
        message: `the mail of 2026-01-05 to ${OWNER} about ${USER} was not delivered: SES rejected it (Bad content)`,
      },
    ]);
    await organization().invoke(FUNCTIONS.reporter, {});
    expect(organization().sandbox.mails.find(({ to }) => to.includes(ADMIN))?.text).toContain(
      `to ${OWNER} about ${USER} was not delivered`,
    );
    const report = [...resultsOf(organization())].find(([key]) => key.endsWith('/report.html'));
    expect(Buffer.from(report![1].body).toString()).toContain('was not delivered');
    expect(errors(await day(2))).toEqual([]);
    await day(10);
    expect(keys()).toEqual(['Inactive', 'Active']);
  });

  it('holds a key for as long as nobody is told', async () => {
    for (const address of [OWNER, TEAM.email]) trouble(address, 'rendering failure');
    organization().disturbed = true;
    for (const n of [0, 1, 10, 11, 21, 22]) await day(n);
    expect(keys()).toEqual(['Active', 'Active']);
    expect(errors(await day(23))).toContain('NobodyToldError');
  });

  it('is known of an address that was on the suppression list before anybody wrote to it', async () => {
    await bounce(OWNER);
    organization().goToDay(3);
    const account = { ...TEAM, email: NOBODY.email };
    await day(3, account);
    organization().disturbed = true;
    expect((await day(4, account)).actions).toContain('announce 2026-01-19');
    expect(keys()).toEqual(['Active', 'Active']);
  });

  it('is recorded though the function that does so was interrupted, and once if it was told twice', async () => {
    trouble(OWNER, 'reject');
    const input = ({ Key }: Record<string, unknown>): boolean => String(Key).startsWith('undelivered/');
    const fault = organization().sandbox.faults.add({
      match: { service: 's3', operation: 'PutObject', input, times: 10 },
      when: 'after',
      then: { kind: 'error', code: 'InternalError', status: 500 },
    });
    await day(0);
    expect(fault.hits).toBe(10);
    expect([...resultsOf(organization()).keys()].filter((key) => key.startsWith(`undelivered/${TEAM.id}/`))).toHaveLength(1);
    expect(errors(await day(1))).toContain('UndeliveredMailError');
  });

  it('changes nothing in an account where its records cannot be read', async () => {
    await day(0);
    organization().sandbox.calls.length = 0;
    organization().sandbox.faults.add({
      match: { service: 's3', operation: 'ListObjectsV2', input: ({ Prefix }) => String(Prefix).startsWith('undelivered/') },
      when: 'before',
      then: { kind: 'error', code: 'AccessDenied', status: 403 },
    });
    organization().disturbed = true;
    await expect(day(1)).rejects.toMatchObject({
      name: 'AccountFailedError',
      message: expect.stringContaining('cannot be read') as unknown,
    });
    expect(organization().mutations()).toEqual([]);
  });
});
