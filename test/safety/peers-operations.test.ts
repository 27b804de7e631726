import { setTimeout as wait } from 'node:timers/promises';
import { actionsOf, FUNCTIONS, TEAM, testOrganization } from '../helpers/sandbox-organization';
import { refuse } from './support';

const MARKUP = { id: '444455556666', name: `<img src=x onerror=alert(1)> & "q" {{secret}}`, email: 'markup@acme.example' };
const organization = testOrganization('enforcing', [TEAM, MARKUP], { direct: true });

it('PEERS 27: owners named by the user’s tag are mailed, each about their own users only', async () => {
  const org = organization();
  const [a] = org.addUser(TEAM, 'a', [{ ageDays: 95 }], { owner: 'anna@acme.example' }).keys;
  const [b] = org.addUser(TEAM, 'b', [{ ageDays: 95 }], { owner: 'ben@acme.example' }).keys;
  const result = await org.rotate(TEAM);
  const to = (address: string) => org.sandbox.mails.filter((mail) => mail.to.includes(address));
  expect(to('anna@acme.example')).toHaveLength(1);
  expect(to('ben@acme.example')).toHaveLength(1);
  expect(to('anna@acme.example')[0]!.text).toContain(a!.id);
  expect(to('anna@acme.example')[0]!.text).not.toContain(b!.id);
  expect(to('ben@acme.example')[0]!.text).toContain(b!.id);
  expect(result.mails.map(({ recipient, outcome }) => `${recipient} ${outcome}`).sort()).toEqual(
    ['anna@acme.example sent', 'ben@acme.example sent', `${TEAM.email} sent`].sort(),
  );
});

describe('PEERS 28: a malformed event is one clear error, and the function goes on working', () => {
  it.each([
    ['without its account', { email: TEAM.email, name: TEAM.name }, 'account: '],
    ['of another shape', { Records: [{ Sns: { Message: '{}' } }] }, 'unknown key "Records"'],
    ['that is text', 'not an object', 'event: '],
  ])('%s', async (_, event, says) => {
    const org = organization();
    org.addUser(TEAM, 'due', [{ ageDays: 95 }]);
    const { payload, functionError } = await org.onBundles(() => org.sandbox.invoke(FUNCTIONS.rotator, event));
    // `Unhandled` with our own error type: the process answered, it did not die.
    expect(functionError).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'InvalidEventError', errorMessage: expect.stringContaining(says) as string });
    expect(org.mutations()).toEqual([]);
    const logged = org.sandbox.logs(FUNCTIONS.rotator).filter(({ line }) => line.includes('InvalidEventError'));
    expect(logged.length).toBeGreaterThan(0);
    const result = await org.onBundles(() => org.rotate(TEAM));
    expect(actionsOf([result], 'due')).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
  });
});

it('PEERS 29: values in HTML mail are escaped', async () => {
  const org = organization();
  org.addUser(MARKUP, 'alice', [{ ageDays: 95 }], { owner: 'anna@acme.example' });
  await org.run();
  await org.invoke(FUNCTIONS.reporter, {});
  const mails = org.sandbox.mails.filter(({ template }) => template !== undefined);
  expect(mails.length).toBeGreaterThanOrEqual(3);
  for (const { html, renderingFailure } of mails) {
    expect(renderingFailure).toBeUndefined();
    expect(html).not.toContain('<img');
  }
  const [digest] = mails.filter(({ to }) => to.includes(MARKUP.email));
  expect(digest!.html).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;q&quot; {{secret}}');
});

describe('PEERS 30: work is bounded, and what fails for good is kept', () => {
  it('never more than eight users of an account at a time', async () => {
    const org = organization();
    for (let user = 0; user < 24; user += 1) org.addUser(TEAM, `user-${user}`, [{ ageDays: 95 }]);
    let running = 0;
    let most = 0;
    org.sandbox.faults.add({
      match: { operation: 'CreateAccessKey' },
      when: 'before',
      then: {
        kind: 'call',
        run: async () => {
          running += 1;
          most = Math.max(most, running);
          await wait(30);
          running -= 1;
        },
      },
    });
    const result = await org.rotate(TEAM);
    expect(result.users.flatMap(({ actions }) => actions).filter(({ outcome }) => outcome === 'done')).toHaveLength(24);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
  });

  it('an account that fails three times is in the queue, with what was asked and why it failed', async () => {
    const org = organization();
    org.addUser(TEAM, 'due', [{ ageDays: 95 }]);
    refuse(org, { operation: 'AssumeRole', input: ({ RoleArn }) => String(RoleArn).includes(TEAM.id) });
    await org.run({ accounts: [TEAM.id] });
    expect(org.failedEvents()).toMatchObject([
      { requestPayload: { account: TEAM.id }, responsePayload: { errorType: 'AccountFailedError' } },
    ]);
    expect(org.sandbox.invocations.find(({ functionName }) => functionName === FUNCTIONS.rotator)).toMatchObject({ attempts: 3 });
  });
});

it('PEERS 31: no policy of any user, group or role is ever changed', async () => {
  const org = organization();
  org.addUser(TEAM, 'alice', [{ ageDays: 95 }]);
  org.sandbox.people(TEAM.id).putUserPolicy('alice', 'Own', {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
  });
  const policies = (): string => {
    const { users, groups, roles, managedPolicies } = org.sandbox.kernel.account(TEAM.id);
    const held = [...users.values(), ...groups.values(), ...roles.values()].map(({ arn, inlinePolicies, attachedPolicies }) => [
      arn,
      [...inlinePolicies],
      [...attachedPolicies],
    ]);
    return JSON.stringify([held, [...managedPolicies]]);
  };
  const before = policies();
  for (const day of [0, 10, 20]) {
    org.goToDay(day);
    await org.rotate(TEAM);
  }
  expect(org.user(TEAM, 'alice').keys).toHaveLength(1);
  expect(policies()).toBe(before);
  expect(org.callsOfApp().filter(({ service, operation }) => service === 'iam' && operation.includes('Policy'))).toEqual([]);
});
