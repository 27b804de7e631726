import type { Dispatch } from '../../lambda/orchestrator/orchestrate';
import type { Scope } from '../../lambda/shared/environment';
import type { AccountResult } from '../../lambda/runs/schemas';
import { actionsOf, ADMIN, FUNCTIONS, MANAGEMENT, NAMES, OTHER, TEAM, testOrganization } from '../helpers/sandbox-organization';

const idsOf = (results: readonly AccountResult[]): string[] => results.map(({ account }) => account.id).sort();

describe('a small organization', () => {
  const organization = testOrganization('enforcing', [TEAM, OTHER], { direct: true });

  it('works on the management account and every member, with the role that each was given', async () => {
    const org = organization();
    for (const account of [MANAGEMENT, TEAM, OTHER]) org.addUser(account, 'due', [{ ageDays: 95 }]);
    const results = await org.run();
    expect(idsOf(results)).toEqual([MANAGEMENT.id, TEAM.id, OTHER.id]);
    for (const result of results) expect(actionsOf([result], 'due')).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
  });

  it.each(['SUSPENDED', 'PENDING_CLOSURE', 'CLOSED', 'PENDING_ACTIVATION'] as const)(
    'skips an account that is %s, and says so',
    async (state) => {
      const org = organization();
      org.addUser(TEAM, 'due', [{ ageDays: 400 }]);
      org.sandbox.organization.setState(TEAM.id, state);
      const dispatch = (await org.invoke(FUNCTIONS.orchestrator, {})) as Dispatch;
      expect(dispatch.skipped).toEqual([{ account: TEAM.id, name: TEAM.name, code: 'not-active', reason: `its state is ${state}` }]);
      expect(dispatch.dispatched.toSorted()).toEqual([MANAGEMENT.id, OTHER.id]);
      expect(org.callsOfApp().filter(({ account }) => account === TEAM.id)).toEqual([]);
      await expect(org.invoke(FUNCTIONS.orchestrator, { account: TEAM.id, ForceRotate: 'due' })).rejects.toThrow(
        `account: ${TEAM.id} is not rotated: its state is ${state}; nothing was done`,
      );
    },
  );

  it('reports an account without the role, and does the others', async () => {
    const org = organization();
    for (const account of [MANAGEMENT, TEAM, OTHER]) org.addUser(account, 'due', [{ ageDays: 95 }]);
    org.sandbox.kernel.account(TEAM.id).roles.delete(NAMES.memberRole);
    const results = await org.run();
    const of = (account: string) => results.find((result) => result.account.id === account);
    expect(of(TEAM.id)).toMatchObject({ status: 'failed', users: [], failures: [{ step: 'account', error: 'AccountFailedError' }] });
    expect(of(TEAM.id)!.failures[0]!.message).toMatch(
      new RegExp(`cannot assume arn:aws:iam::${TEAM.id}:role/${NAMES.memberRole}: AccessDenied: .*sts:AssumeRole`),
    );
    for (const id of [MANAGEMENT.id, OTHER.id]) expect(of(id)).toMatchObject({ status: 'succeeded' });
    expect(org.failedEvents()).toMatchObject([{ requestPayload: { account: TEAM.id } }]);
    await org.invoke(FUNCTIONS.reporter, {});
    const summary = org.sandbox.mails.find(({ to }) => to.includes(ADMIN))!;
    expect(summary.subject).toBe('Access key rotation: 3 accounts, 1 needs a look: 1 failed, 1 new');
    expect(summary.text).toContain(`cannot assume arn:aws:iam::${TEAM.id}:role/${NAMES.memberRole}`);
  });

  it('enters no account whose role does not trust it', async () => {
    const org = organization();
    org.addUser(TEAM, 'due', [{ ageDays: 95 }]);
    const roles = org.sandbox.kernel.account(TEAM.id).roles;
    const role = roles.get(NAMES.memberRole)!;
    roles.set(NAMES.memberRole, { ...role, trust: { Version: '2012-10-17', Statement: [] } });
    await expect(org.rotate(TEAM)).rejects.toThrow(/cannot assume .*AccessDenied/);
    expect(org.mutations()).toEqual([]);
  });

  const failingListing = (nth = 1) =>
    organization().sandbox.faults.add({
      match: { service: 'organizations', operation: 'ListAccounts', nth },
      when: 'before',
      then: { kind: 'error', code: 'AWSOrganizationsNotInUseException', status: 400, message: 'not a member of an organization' },
    });

  it('fails the run when Organizations cannot be asked: no rotator runs, and the event reaches the queue of failed events', async () => {
    const org = organization();
    org.addUser(TEAM, 'due', [{ ageDays: 95 }]);
    failingListing();
    expect(await org.run()).toEqual([]);
    const [invocation, ...others] = org.sandbox.invocations;
    expect(others).toEqual([]);
    expect(invocation).toMatchObject({ functionName: FUNCTIONS.orchestrator, state: 'failed', attempts: 3 });
    expect(org.failedEvents()).toMatchObject([{ requestPayload: {}, responsePayload: { errorType: 'AWSOrganizationsNotInUseException' } }]);
    await expect(org.invoke(FUNCTIONS.orchestrator, {})).rejects.toThrow('not a member of an organization');
  });

  it('fails the run, after trying every account, when one cannot be dispatched', async () => {
    const org = organization();
    for (const account of [TEAM, OTHER]) org.addUser(account, 'due', [{ ageDays: 95 }]);
    org.sandbox.faults.add({
      match: {
        operation: 'Invoke',
        input: ({ Payload }) =>
          Buffer.from(Payload as Uint8Array)
            .toString()
            .includes(TEAM.id),
      },
      when: 'before',
      then: { kind: 'error', code: 'InvalidRequestContentException', status: 400 },
    });
    await expect(org.onBundles(() => org.invoke(FUNCTIONS.orchestrator, {}))).rejects.toMatchObject({
      name: 'DispatchFailedError',
      message: expect.stringContaining(`1 accounts could not be dispatched: ${TEAM.id} (InvalidRequestContentException)`) as string,
    });
    expect(idsOf(org.results.take(0))).toEqual([MANAGEMENT.id, OTHER.id]);
  });

  it('brings the role to an account that joins, which the next run rotates', async () => {
    const org = organization();
    const joining = { id: '555566667777', name: 'Joining', email: 'joining@acme.example' };
    await org.sandbox.addAccount(joining);
    org.addUser(joining, 'due', [{ ageDays: 400 }]);
    const results = await org.run();
    expect(idsOf(results)).toEqual([MANAGEMENT.id, TEAM.id, OTHER.id, joining.id]);
    expect(actionsOf(results, 'due')).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
  });

  describe('with accounts and units included and excluded', () => {
    const nothing: Scope = { includeAccounts: [], excludeAccounts: [], includeOrganizationalUnits: [], excludeOrganizationalUnits: [] };
    /** TEAM is two units below the root, OTHER in one beside it. */
    function withScope(scope: (units: { outer: string; inner: string; beside: string }) => Partial<Scope>): void {
      const { sandbox } = organization();
      const outer = sandbox.organization.addUnit('Outer');
      const inner = sandbox.organization.addUnit('Inner', outer);
      const beside = sandbox.organization.addUnit('Beside');
      sandbox.organization.moveAccount(TEAM.id, inner);
      sandbox.organization.moveAccount(OTHER.id, beside);
      const { environment } = organization().functionNamed(FUNCTIONS.orchestrator);
      expect(JSON.parse(environment['SCOPE'] ?? '')).toEqual(nothing);
      environment['SCOPE'] = JSON.stringify({ ...nothing, ...scope({ outer, inner, beside }) });
    }

    it.each<[string, Parameters<typeof withScope>[0], string[]]>([
      ['an included account', () => ({ includeAccounts: [TEAM.id] }), [TEAM.id]],
      ['an excluded account', () => ({ excludeAccounts: [TEAM.id] }), [MANAGEMENT.id, OTHER.id]],
      ['a unit above an included account', ({ outer }) => ({ includeOrganizationalUnits: [outer] }), [TEAM.id]],
      [
        'an included unit and an account',
        ({ inner }) => ({ includeOrganizationalUnits: [inner], includeAccounts: [OTHER.id] }),
        [TEAM.id, OTHER.id],
      ],
      ['an excluded unit', ({ outer }) => ({ excludeOrganizationalUnits: [outer] }), [MANAGEMENT.id, OTHER.id]],
      [
        'an excluded unit inside an included one',
        ({ outer, inner, beside }) => ({ includeOrganizationalUnits: [outer, beside], excludeOrganizationalUnits: [inner] }),
        [OTHER.id],
      ],
    ])('works on exactly the accounts that are asked for: %s', async (_, scope, wanted) => {
      const org = organization();
      for (const account of [MANAGEMENT, TEAM, OTHER]) org.addUser(account, 'due', [{ ageDays: 95 }]);
      withScope(scope);
      const results = await org.run();
      expect(idsOf(results)).toEqual(wanted);
      const outside = [MANAGEMENT, TEAM, OTHER].filter(({ id }) => !wanted.includes(id));
      for (const account of outside) expect(org.user(account, 'due').keys).toHaveLength(1);
    });

    it('fails rather than guesses when Organizations does not say where accounts are', async () => {
      const org = organization();
      withScope(({ outer }) => ({ excludeOrganizationalUnits: [outer] }));
      org.sandbox.kernel.settings.organizations.accountMembers.Paths = false;
      await expect(org.invoke(FUNCTIONS.orchestrator, {})).rejects.toThrow(/did not say which units account \d{12} is in/);
      expect(org.sandbox.invocations).toHaveLength(1);
    });
  });
});

describe('an organization of 45 members', () => {
  const members = Array.from({ length: 45 }, (_, index) => ({
    id: String(200_000_000_000 + index),
    name: `Member ${index}`,
    email: `member-${index}@acme.example`,
  }));
  const organization = testOrganization('enforcing', members, { direct: true });
  const everybody = [MANAGEMENT.id, ...members.map(({ id }) => id)].sort();

  it('is worked on completely, although a page between is empty', async () => {
    const org = organization();
    org.sandbox.kernel.settings.organizations.emptyPageBefore = 2;
    for (const account of members) org.addUser(account, 'due', [{ ageDays: 95 }]);
    const results = await org.run();
    expect(idsOf(results)).toEqual(everybody);
    expect(results.filter(({ status }) => status !== 'succeeded')).toEqual([]);
    for (const account of members) expect(org.user(account, 'due').keys).toHaveLength(2);
    expect(org.sandbox.calls.filter(({ operation }) => operation === 'ListAccounts')).toHaveLength(4);
  });

  it('is not worked on in part when a later page cannot be read', async () => {
    const org = organization();
    org.sandbox.faults.add({
      match: { service: 'organizations', operation: 'ListAccounts', input: ({ NextToken }) => NextToken !== undefined },
      when: 'before',
      then: { kind: 'error', code: 'AccessDeniedException', status: 400 },
    });
    expect(await org.run()).toEqual([]);
    expect(org.sandbox.invocations.map(({ functionName, state }) => [functionName, state])).toEqual([[FUNCTIONS.orchestrator, 'failed']]);
    expect(org.failedEvents()).toHaveLength(1);
  });
});
