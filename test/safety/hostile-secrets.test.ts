import type { Secret } from '../../sandbox/kernel/world';
import { actionsOf, DAY, START, TEAM, testOrganization } from '../helpers/sandbox-organization';
import { callsTo, days, runOnDays, secretOf, statusesOf, storedKey, timeline } from './support';

const organization = testOrganization('enforcing', [TEAM], { direct: true });
const OURS = new Map([['key-rotation:managed', 'true']]);

interface Held {
  tags?: ReadonlyMap<string, string>;
  policy?: string;
  /** Version id → value; the last one is AWSCURRENT. */
  versions?: Record<string, string>;
}

/** A secret of the name that the rotation would use for the user. */
function addSecret(
  user: string,
  { tags = new Map(), policy, versions = { 'a-person-made-this-version-000001': 'mine' } }: Held = {},
): Secret {
  const { kernel } = organization().sandbox;
  const name = `Account_${TEAM.id}_User_${user}_AccessKey`;
  const last = Object.keys(versions).at(-1);
  const secret: Secret = {
    name,
    region: kernel.region,
    arn: `arn:aws:secretsmanager:${kernel.region}:${TEAM.id}:secret:${name}-AbCdEf`,
    created: START,
    changed: START,
    tags: new Map(tags),
    ...(policy !== undefined && { policy }),
    versions: new Map(
      Object.entries(versions).map(([id, value]) => [
        id,
        { id, value, created: START, stages: new Set(id === last ? ['AWSCURRENT'] : []) },
      ]),
    ),
  };
  kernel.account(TEAM.id).secrets.set(`${kernel.region}/${name}`, secret);
  return secret;
}

const contentOf = (secret: Secret | undefined): string =>
  JSON.stringify([
    secret?.policy,
    [...(secret?.tags ?? [])],
    [...(secret?.versions.values() ?? [])].map(({ id, value, stages }) => [id, value, [...stages]]),
  ]);

describe('a secret of the right name that is not ours stays as it is, and no key is made', () => {
  it.each<[string, Held]>([
    ['made by a person', {}],
    ['tagged with our tag and another value', { tags: new Map([['key-rotation:managed', 'false']]) }],
    ['tagged with our tag in other letters', { tags: new Map([['Key-Rotation:Managed', 'true']]) }],
    ['with a version that names a key as ours do', { versions: { 'iam-key-rotation-AKIAGONE000000000001': '{}' } }],
    ['without any version', { versions: {} }],
    ['with a policy of its own', { policy: '{"Version":"2012-10-17","Statement":[]}' }],
  ])('%s', async (_, held) => {
    const org = organization();
    org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]);
    org.addUser(TEAM, 'other', [{ ageDays: 95, usedDaysAgo: 0 }]);
    const secret = addSecret('alice', held);
    const before = contentOf(secret);
    const results = await runOnDays(org, TEAM, [0, 1]);
    for (const result of results.values()) {
      expect(result.failures).toMatchObject([{ user: 'alice', step: 'rotate', error: 'SecretUnusableError' }]);
      expect(result.failures[0]!.message).toBe(
        `the secret ${secret.name} was not made by this rotation and is left alone; rename it, or tag it key-rotation:managed=true if it may be written to`,
      );
    }
    expect(contentOf(secretOf(org, TEAM, 'alice'))).toBe(before);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active']);
    expect(statusesOf(org, TEAM, 'other')).toEqual(['Active', 'Active']);

    secretOf(org, TEAM, 'alice')!.tags.set('key-rotation:managed', 'true');
    const [after] = (await runOnDays(org, TEAM, [2])).values();
    expect(after).toMatchObject({ failures: [] });
    expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
  });

  it('so that a forced rotation deletes no inactive key for it either', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', [{ ageDays: 30 }, { ageDays: 20, status: 'Inactive' }]);
    addSecret('alice');
    const result = await org.rotate(TEAM, { ForceRotate: 'alice' });
    expect(result.failures).toMatchObject([{ user: 'alice', error: 'SecretUnusableError' }]);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Inactive']);
  });
});

describe('a secret that is ours', () => {
  it.each<[string, Held]>([
    ['with content that is no JSON', { versions: { 'somebody-wrote-this-version-00001': 'not json' } }],
    ['without any version', { versions: {} }],
    [
      'with versions that name keys which never were',
      { versions: { 'iam-key-rotation-AKIAGONE000000000001': '{}', 'iam-key-rotation-': '{}' } },
    ],
    [
      'with a policy that lets everybody read',
      { policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}' },
    ],
  ])('%s takes the new key', async (_, held) => {
    const org = organization();
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys;
    addSecret('alice', { ...held, tags: OURS });
    const results = await runOnDays(org, TEAM, [0, 10, 20]);
    expect(timeline(results, 'alice', old!.id)).toEqual(['rotate on day 0', 'disable on day 10', 'delete on day 20']);
    expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
    expect(secretOf(org, TEAM, 'alice')!.policy).toContain('NobodyElseReads');
  });

  it('and that a person overwrote after the rotation no longer confirms the successor: the old key stays, reported every day', async () => {
    const org = organization();
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys;
    await runOnDays(org, TEAM, [0]);
    const successor = org.user(TEAM, 'alice').keys.find(({ id }) => id !== old!.id)!;
    // Its user has it; a successor that nobody uses would make room in the end.
    successor.lastUsed = { at: org.sandbox.clock.now(), service: 's3', region: 'eu-west-1' };
    const secret = secretOf(org, TEAM, 'alice')!;
    const stages = secret.versions.get(`iam-key-rotation-${successor.id}`)!.stages;
    stages.clear();
    stages.add('AWSPREVIOUS');
    secret.versions.set('w', { id: 'w', value: 'overwritten', created: START, stages: new Set(['AWSCURRENT']) });
    const results = await runOnDays(org, TEAM, [1, 9, 10, 11, 30]);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Active']);
    for (const result of results.values())
      expect(actionsOf([result], 'alice')).toContainEqual(
        expect.objectContaining({
          action: 'blocked',
          keyId: old!.id,
          reason: `it is due, but the secret's current version no longer holds ${successor.id}, which we issued; a person must decide: store it there again, or delete one of the keys`,
        }),
      );
    // The operator puts the version that holds the successor back.
    secret.versions.delete('w');
    secretOf(org, TEAM, 'alice')!.versions.delete('w');
    secretOf(org, TEAM, 'alice')!.versions.get(`iam-key-rotation-${successor.id}`)!.stages.add('AWSCURRENT');
    expect(timeline(await runOnDays(org, TEAM, [31]), 'alice', old!.id)).toEqual(['disable on day 31']);
  });

  it('and that is scheduled for deletion takes no key until a person restores it', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]);
    const secret = addSecret('alice', { tags: OURS });
    secret.deleted = START;
    secret.purge = new Date(START.getTime() + 30 * DAY);
    const [result] = (await runOnDays(org, TEAM, [0])).values();
    expect(result!.failures).toMatchObject([{ user: 'alice', step: 'rotate', error: 'SecretUnusableError' }]);
    expect(result!.failures[0]!.message).toContain(`aws secretsmanager restore-secret --secret-id ${secret.name}`);
    expect(callsTo(org, 'CreateAccessKey')).toBe(0);
    const restored = secretOf(org, TEAM, 'alice')!;
    delete restored.deleted;
    delete restored.purge;
    await runOnDays(org, TEAM, [1]);
    expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
  });

  it.each([
    [
      'deleted',
      () => {
        organization().sandbox.kernel.account(TEAM.id).secrets.clear();
      },
    ],
    [
      'overwritten more than once',
      (versions: Secret['versions']) => {
        // A version without a label is not shown any more, and deleted by AWS in time.
        versions.clear();
        versions.set('w', { id: 'w', value: 'overwritten', created: START, stages: new Set(['AWSCURRENT']) });
      },
    ],
  ])(
    'and that was %s in the middle of a grace costs nobody a key that is used: another one is issued, and the older one gets its whole grace',
    async (_, lose) => {
      const org = organization();
      const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys;
      await runOnDays(org, TEAM, [0]);
      // A person did it, so that the run is not to blame for a key that is in no secret.
      org.disturbed = true;
      lose(secretOf(org, TEAM, 'alice')!.versions);
      const results = await runOnDays(org, TEAM, days(5, 16));
      expect(actionsOf([results.get(5)!], 'alice')).toContainEqual(expect.objectContaining({ action: 'note-lost', outcome: 'done' }));
      expect(timeline(results, 'alice', old!.id)).toEqual(['rotate on day 6', 'disable on day 16']);
      expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
    },
  );
});
