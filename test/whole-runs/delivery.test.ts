import { DeleteSuppressedDestinationCommand, PutSuppressedDestinationCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { actionsOf, ADMIN, FUNCTIONS, MANAGEMENT, TEAM, testOrganization } from '../helpers/sandbox-organization';

const NOBODY = { id: '444455556666', name: 'No address', email: '' };
const organization = testOrganization('enforcing', [TEAM]);
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
  const message = `the owner of ${USER} was not told: SES delivers nothing to ${OWNER} since 2026-01-05 (BOUNCE); name another address, or, once it takes mails again: aws sesv2 delete-suppressed-destination --email-address ${OWNER}`;
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
  for (const n of [10, 16, 17]) await day(n, account);
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
