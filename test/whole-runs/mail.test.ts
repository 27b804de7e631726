import type { SentMail } from '../../sandbox/kernel/world';
import { actionsOf, ADMIN, FUNCTIONS, OTHER, TEAM, testOrganization } from '../helpers/sandbox-organization';

/** A name that is markup, and one that a template engine would evaluate. */
const ODD = { id: '444455556666', name: `<b>Bold & Co</b> "q" 'a' {{x}}`, email: 'odd@acme.example' };
const organization = testOrganization('enforcing', [TEAM, OTHER, ODD], { direct: true });

const mailsTo = (address: string): SentMail[] => organization().sandbox.mails.filter(({ to }) => to.includes(address));

it('sends owner, account and administrator one mail each per run, with both users of one owner in one', async () => {
  const org = organization();
  const keys = ['alice', 'bob', 'carol', 'nobodys'].map((name) => {
    const owner = { alice: 'Owner@acme.example', bob: 'owner@acme.example', carol: 'carol@acme.example' }[name];
    return org.addUser(TEAM, name, [{ ageDays: 95 }], owner === undefined ? {} : { owner }).keys[0]!.id;
  });
  const [alice, bob, carol, nobodys] = keys as [string, string, string, string];
  await org.run();
  await org.invoke(FUNCTIONS.reporter, {});
  expect(org.sandbox.mails.map(({ to }) => to.join().toLowerCase()).sort()).toEqual(
    [TEAM.email, 'owner@acme.example', 'carol@acme.example', ADMIN].sort(),
  );
  expect(org.sandbox.mails.filter(({ renderingFailure }) => renderingFailure !== undefined)).toEqual([]);

  const names = ({ text = '' }: SentMail): string[] => keys.filter((key) => text.includes(key));
  const owner = org.sandbox.mails.find(({ to }) => to.join().toLowerCase() === 'owner@acme.example')!;
  expect(names(owner)).toEqual([alice, bob]);
  expect(names(mailsTo('carol@acme.example')[0]!)).toEqual([carol]);
  expect(names(mailsTo(TEAM.email)[0]!)).toEqual([alice, bob, carol, nobodys]);
  const successor = org.user(TEAM, 'alice').keys[1]!.id;
  for (const part of [
    'alice',
    `The new key is ${successor}. The old one will be disabled on 15 Jan 2026.`,
    `aws secretsmanager get-secret-value --secret-id Account_${TEAM.id}_User_alice_AccessKey --region eu-west-1`,
  ]) {
    expect(owner.text).toContain(part);
    expect(owner.html).toContain(part);
  }
  const [summary] = mailsTo(ADMIN);
  expect(summary).toMatchObject({ template: 'iam-key-rotation-summary', subject: 'Access key rotation: 4 accounts, all done' });
  for (const { from, configurationSet } of org.sandbox.mails) expect([from, configurationSet]).toEqual([ADMIN, 'iam-key-rotation']);
});

it('sends nothing to anybody about accounts in which nothing happens, except the summary', async () => {
  const org = organization();
  org.addUser(TEAM, 'young', [{ ageDays: 5 }], { owner: 'owner@acme.example' });
  await org.run();
  await org.invoke(FUNCTIONS.reporter, {});
  expect(org.sandbox.mails.map(({ to }) => to)).toEqual([[ADMIN]]);
});

it('sends the summary once, and again only when it is asked for by run', async () => {
  const org = organization();
  const [result] = await org.run();
  await org.invoke(FUNCTIONS.reporter, {});
  await org.invoke(FUNCTIONS.reporter, {});
  expect(mailsTo(ADMIN)).toHaveLength(1);
  await org.invoke(FUNCTIONS.reporter, { runId: result!.runId });
  expect(mailsTo(ADMIN)).toHaveLength(2);
});

it('shows what people named as text: markup is escaped, and nothing is evaluated', async () => {
  const org = organization();
  org.addUser(ODD, 'alice', [{ ageDays: 95 }], { owner: 'owner@acme.example' });
  // The reporter lists what failed by account, so that the name is in its mail, too.
  org.addUser(ODD, 'wrong-owner', [{ ageDays: 95 }], { owner: 'not an address' });
  await org.run();
  await org.invoke(FUNCTIONS.reporter, {});
  const mails = [...mailsTo(ODD.email), ...mailsTo('owner@acme.example'), ...mailsTo(ADMIN)];
  expect(mails).toHaveLength(3);
  for (const { html, text, renderingFailure } of mails) {
    expect(renderingFailure).toBeUndefined();
    expect(html).toContain('&lt;b&gt;Bold &amp; Co&lt;/b&gt; &quot;q&quot; &#39;a&#39; {{x}}');
    expect(html).not.toContain('<b>Bold');
    expect(text).toContain(ODD.name);
  }
  for (const mail of mails.slice(0, 2)) expect(mail.subject).toContain(` (${ODD.name})`);
  expect(mails[2]!.text).toMatch(/holds ".*address", which is not an e-mail address; the owner was not told/);
});

describe('a notice to a user with two active keys', () => {
  it('begins the grace only when SES has accepted its mail', async () => {
    const org = organization();
    const [older] = org.addUser(TEAM, 'two-keys', [{ ageDays: 200 }, { ageDays: 20 }], { owner: 'owner@acme.example' }).keys;
    const tag = () => org.user(TEAM, 'two-keys').tags.get(`key-rotation:${older!.id}`);
    const fault = org.sandbox.faults.add({
      match: { operation: 'SendEmail' },
      when: 'before',
      then: { kind: 'error', code: 'MessageRejected', status: 400, message: 'Email address is not verified' },
    });
    const [refused] = await org.run({ accounts: [TEAM.id] });
    expect(fault.hits).toBe(2);
    expect(org.sandbox.mails).toEqual([]);
    expect(actionsOf([refused!], 'two-keys')).toContainEqual(
      expect.objectContaining({ action: 'notify', outcome: 'failed', keyId: older!.id }),
    );
    expect(refused).toMatchObject({ status: 'partial', mails: [{ outcome: 'failed' }, { outcome: 'failed' }] });
    expect(refused!.failures).toContainEqual({
      user: 'two-keys',
      keyId: older!.id,
      step: 'notify',
      error: 'NobodyToldError',
      message: `nobody could be told that ${older!.id} will be disabled on 2026-01-15, so it waits until somebody was`,
    });
    expect(tag()).toBeUndefined();

    org.sandbox.faults.remove(fault);
    org.goToDay(1);
    expect(actionsOf(await org.run({ accounts: [TEAM.id] }), 'two-keys')).toContainEqual(
      expect.objectContaining({ action: 'notify', outcome: 'done', keyId: older!.id, on: '2026-01-16T00:00:00.000Z' }),
    );
    expect(tag()).toMatch(/^notice=2026-01-06T.* beside=AKIA/);
    const statuses = [];
    for (const day of [10, 11]) {
      org.goToDay(day);
      await org.run({ accounts: [TEAM.id] });
      statuses.push(org.user(TEAM, 'two-keys').keys[0]!.status);
    }
    expect(statuses).toEqual(['Active', 'Inactive']);
  });

  it('counts when one of two recipients was told', async () => {
    const org = organization();
    org.addUser(TEAM, 'two-keys', [{ ageDays: 200 }, { ageDays: 20 }], { owner: 'owner@acme.example' });
    org.sandbox.faults.add({
      match: { operation: 'SendEmail', input: ({ Destination }) => JSON.stringify(Destination).includes('owner@') },
      when: 'before',
      then: { kind: 'error', code: 'MessageRejected', status: 400 },
    });
    const [result] = await org.run({ accounts: [TEAM.id] });
    expect(actionsOf([result!], 'two-keys')).toContainEqual(expect.objectContaining({ action: 'notify', outcome: 'done' }));
    expect(result!.failures).toMatchObject([{ step: 'send mail', error: 'MessageRejected' }]);
  });
});
