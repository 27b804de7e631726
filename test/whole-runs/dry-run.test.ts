import { fingerprint } from '../../demo/story/fingerprint';
import { actionsOf, ADMIN, FUNCTIONS, OTHER, TEAM, testOrganization } from '../helpers/sandbox-organization';
import { EXPECTED, everySituation } from '../helpers/sandbox-situations';
import { ACTIONS, isAction } from '../../lambda/shared/actions';

const everyone = Object.entries(EXPECTED);
const mutating = new Set(Object.values(EXPECTED).filter((action) => isAction(action) && ACTIONS[action].mutates));

/** What only deployments that delete secrets, or have replicas, do: test/whole-runs/unneeded-secrets and replica-regions. */
const ELSEWHERE = ['delete-orphaned-secret', 'delete-secret', 'restore-secret', 'wait-for-replica'];

it('tries every action that changes something', () => {
  expect([...mutating, ...ELSEWHERE].sort()).toEqual(
    Object.keys(ACTIONS)
      .filter((action) => isAction(action) && ACTIONS[action].mutates)
      .sort(),
  );
});

describe('a deployment in DryRun', () => {
  const organization = testOrganization('dry-run', [TEAM, OTHER], { direct: true });

  it.each([
    ['by its schedule', {}],
    ['although the event says dryrun: false', { dryrun: false }],
  ])('calls nothing that changes IAM or Secrets Manager in any situation, run %s', async (_, event) => {
    const org = organization();
    everySituation(org, TEAM);
    const before = fingerprint(org.sandbox);
    const results = await org.run(event);
    expect(fingerprint(org.sandbox)).toBe(before);
    expect(org.mutations()).toEqual([]);
    expect(results.map(({ dryRun, status }) => [dryRun, status])).toEqual(results.map(() => [true, 'succeeded']));
    expect(results).toHaveLength(3);
    for (const [user, action] of everyone) {
      const outcome = mutating.has(action) ? 'planned' : 'done';
      expect([user, actionsOf(results, user)]).toEqual([user, expect.arrayContaining([expect.objectContaining({ action, outcome })])]);
    }
  });

  it.each([{}, { dryrun: false }])('changes nothing by a forced rotation either, with %j', async (more) => {
    const org = organization();
    everySituation(org, TEAM);
    const before = fingerprint(org.sandbox);
    for (const user of ['young', 'due-beside-inactive']) {
      const { users, dryRun } = await org.rotate(TEAM, { ForceRotate: user, ...more });
      expect([dryRun, users]).toMatchObject([true, [{ user, actions: [{ action: 'rotate', outcome: 'planned' }] }]]);
    }
    await org.run({ account: TEAM.id, ForceRotate: 'young', ...more });
    expect(fingerprint(org.sandbox)).toBe(before);
    expect(org.mutations()).toEqual([]);
  });

  it('tells people what would happen, and that nothing was changed', async () => {
    const org = organization();
    everySituation(org, TEAM);
    await org.run();
    await org.invoke(FUNCTIONS.reporter, {});
    const digests = org.sandbox.mails.filter((mail) => !mail.to.includes(ADMIN));
    expect(digests.map((mail) => mail.to)).toEqual(expect.arrayContaining([[TEAM.email], ['owner@acme.example']]));
    for (const { subject, text, html, template } of digests) {
      expect(template).toBe('iam-key-rotation-digest-audit');
      expect(subject).toMatch(/^\[Dry run\] /);
      expect(text).toContain('DRY RUN: NOTHING WAS CHANGED');
      expect(html).toContain('Dry run: nothing was changed.');
      expect(text).not.toMatch(/\bwas (disabled|deleted|removed)\b|The new key is|will be/);
    }
    const text = digests.find((mail) => mail.to.includes(TEAM.email))?.text;
    for (const sentence of [
      'A new key would be issued. The old one would be disabled on 15 Jan 2026.',
      'The user would be told that this key is disabled on 15 Jan 2026.',
      'This key would be disabled. It would be deleted on 15 Jan 2026.',
      'This key would be deleted.',
      'This key is inactive. It would be deleted on 15 Jan 2026.',
      'This key would be removed.',
      'A new key would be issued on 12 Jan 2026.',
    ]) {
      expect(text).toContain(sentence);
    }
    expect(org.sandbox.mails.filter((mail) => mail.to.includes(ADMIN))).toMatchObject([
      { subject: expect.stringContaining('dry run') as string },
    ]);
  });

  it('begins no grace: ten days later everything is still only planned', async () => {
    const org = organization();
    everySituation(org, TEAM);
    await org.run();
    org.goToDay(10);
    const results = await org.run();
    expect(actionsOf(results, 'due')).toMatchObject([{ action: 'rotate', outcome: 'planned' }]);
    expect(actionsOf(results, 'two-live-keys')).toContainEqual(expect.objectContaining({ action: 'notify', outcome: 'planned' }));
    expect(actionsOf(results, 'newly-inactive')).toMatchObject([{ action: 'note-inactive', outcome: 'planned' }]);
  });
});

describe('an enforcing deployment', () => {
  const organization = testOrganization('enforcing', [TEAM, OTHER], { direct: true });

  it('is made safe by the event dryrun: true, through the orchestrator and the rotator, forced or not', async () => {
    const org = organization();
    everySituation(org, TEAM);
    org.expectDryRun();
    const before = fingerprint(org.sandbox);
    const results = [
      ...(await org.run({ dryrun: true })),
      ...(await org.run({ dryrun: true, account: TEAM.id, ForceRotate: 'young' })),
      await org.rotate(TEAM, { dryrun: true }),
      await org.rotate(TEAM, { dryrun: true, ForceRotate: 'young' }),
    ];
    expect(fingerprint(org.sandbox)).toBe(before);
    expect(org.mutations()).toEqual([]);
    expect(results).toHaveLength(6);
    expect(results.every(({ dryRun }) => dryRun)).toBe(true);
    for (const { subject } of org.sandbox.mails) expect(subject).toMatch(/^\[Dry run\] /);
  });

  it('does all of it without dryrun, so that the tests above are not about nothing', async () => {
    const org = organization();
    everySituation(org, TEAM);
    const before = fingerprint(org.sandbox);
    const results = await org.run({ dryrun: false });
    expect(fingerprint(org.sandbox)).not.toBe(before);
    for (const [user, action] of everyone) {
      expect([user, actionsOf(results, user)]).toEqual([
        user,
        expect.arrayContaining([expect.objectContaining({ action, outcome: 'done' })]),
      ]);
    }
    expect(new Set(org.mutations().map(({ operation }) => operation))).toEqual(
      new Set([
        'CreateAccessKey',
        'CreateSecret',
        'DeleteAccessKey',
        'PutResourcePolicy',
        'PutSecretValue',
        'TagUser',
        'UntagUser',
        'UpdateAccessKey',
      ]),
    );
    for (const { subject } of org.sandbox.mails) expect(subject).not.toContain('Dry run');
  });
});
