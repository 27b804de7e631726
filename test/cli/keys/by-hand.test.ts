import { keysSandbox } from '../../helpers/keys-sandbox';
import { MANAGEMENT } from '../../helpers/sandbox-organization';

const keysOf = keysSandbox();
const parsed = (text: string): unknown => JSON.parse(text);
const NOBODY = 'AKIAIOSFODNN7EXAMPLE';

describe('list', () => {
  it('shows every key of the account in each form, whatever letters a name has', async () => {
    const box = keysOf();
    const [old] = box.user('a,b+c=d@e', [{ days: 120, usedDaysAgo: 1 }]);
    const [unused] = box.user('bob', [{ days: 3, status: 'Inactive' }]);
    box.user('nobody');
    const table = await box.keys(['list'], { environment: { COLUMNS: '60' } });
    expect([table.status, table.error]).toEqual([0, '']);
    for (const word of ['a,b+c=d@e', old!.id, 'bob', unused!.id, 'Inactive', 'never', '120']) expect(table.out).toContain(word);
    expect(table.out.split('\n').filter((line) => line.length > 60)).toEqual([]);
    const json = parsed((await box.keys(['list', '--output', 'json'])).out);
    expect(json).toMatchObject({
      users: 3,
      keys: [
        { user: 'a,b+c=d@e', keyId: old!.id, status: 'Active', ageDays: 120, lastUsed: { service: 's3' } },
        { user: 'bob', keyId: unused!.id, status: 'Inactive', ageDays: 3 },
      ],
    });
    const csv = (await box.keys(['list', '--output', 'csv'])).out.split('\n');
    expect(csv[0]).toBe('user,keyId,status,created,ageDays,lastUsed,service,region');
    expect(csv[1]).toMatch(new RegExp(`^"a,b\\+c=d@e",${old!.id},Active,`));
    expect(csv[2]).toMatch(new RegExp(`^bob,${unused!.id},Inactive,.*,3,,,$`));
    expect(box.changes()).toEqual([]);
  });

  it('shows one user, and says when there is no key', async () => {
    const box = keysOf();
    const [key] = box.user('alice', [{ days: 1 }]);
    box.user('bob');
    expect((await box.keys(['list', 'alice'])).out).toContain(key!.id);
    expect(await box.keys(['list', 'bob'])).toEqual({ status: 0, out: 'bob has no access key.\n', error: '' });
  });

  it('names the nearest users when there is none of that name', async () => {
    const box = keysOf();
    box.user('alice');
    expect(await box.keys(['list', 'alcie'])).toEqual({
      status: 2,
      out: '',
      error: `could not list: account ${MANAGEMENT.id} has no user "alcie"; did you mean alice?\n`,
    });
  });

  it('goes through pages and throttling without leaving anybody out', async () => {
    const box = keysOf();
    for (let n = 0; n < 120; n += 1) box.user(`user-${n}`, [{ days: n }]);
    box.sandbox.faults.add({
      match: { service: 'iam', operation: 'ListAccessKeys', nth: 40, times: 3 },
      when: 'before',
      then: { kind: 'error', code: 'Throttling', status: 400 },
    });
    const { status, out } = await box.keys(['list', '--output', 'json']);
    expect(status).toBe(0);
    expect((parsed(out) as { keys: object[] }).keys).toHaveLength(120);
  });
});

it('last-used finds whose a key is by its id alone', async () => {
  const box = keysOf();
  const [key] = box.user('alice', [{ days: 40, usedDaysAgo: 2 }]);
  expect(parsed((await box.keys(['last-used', key!.id, '--output', 'json'])).out)).toMatchObject({
    user: 'alice',
    keyId: key!.id,
    lastUsed: { service: 's3', region: 'eu-west-1' },
  });
  const unknown = await box.keys(['last-used', NOBODY]);
  expect(unknown).toMatchObject({ status: 2, out: '' });
  expect(unknown.error).toContain(`no user of account ${MANAGEMENT.id} has the access key ${NOBODY}`);
});

it.each([
  [['last-used', 'AKIA'], '"AKIA" must be an access key id'],
  [['delete', 'ASIAIOSFODNN7EXAMPLE'], 'belongs to temporary credentials'],
  [['list', 'arn:aws:iam::1:user/alice'], "must be the user's name"],
  [['deactivate'], 'KEY is missing'],
  [['create', 'alice'], '--to needs a value'],
  [['create', 'alice', '--to', 'screen'], '--to: "screen" must be'],
  [['list', '--account', '222233334444'], '--account needs --role'],
  [['list', '--output', 'xml'], '"xml" must be one of table, json, csv'],
])('refuses %j before anything is asked of AWS', async (args, message) => {
  const box = keysOf();
  const { status, error } = await box.keys(args);
  expect(error).toContain(message);
  expect([status, box.sandbox.calls.length]).toEqual([2, 0]);
});

describe('deactivate and activate', () => {
  it('change nothing without a yes, and say what would be missed', async () => {
    const box = keysOf();
    const [key] = box.user('alice', [{ days: 40, usedDaysAgo: 2 }]);
    const asked = await box.keys(['deactivate', key!.id]);
    expect(asked.status).toBe(2);
    expect(asked.error).toMatch(
      /Deactivate AKIA\w+ of alice, last used on .* for s3 in eu-west-1; it is the only active key of its user\?/,
    );
    expect(asked.error).toContain('repeat with --yes');
    const dry = await box.keys(['deactivate', key!.id, '--dry-run', '--output', 'json']);
    expect(parsed(dry.out)).toMatchObject({ status: 'Active', changed: false, dryRun: true });
    expect([box.changes(), box.keysOf('alice')]).toEqual([[], { [key!.id]: 'Active' }]);
  });

  it('do it once, and find it done the next time', async () => {
    const box = keysOf();
    const [key] = box.user('alice', [{ days: 40 }]);
    const done = await box.keys(['deactivate', key!.id, '--yes']);
    expect(done).toMatchObject({ status: 0, error: '' });
    expect(done.out).toContain(`Now inactive: ${key!.id} of alice, never used`);
    expect(done.out).toContain(`To undo it: iam-keys activate ${key!.id}`);
    expect(box.keysOf('alice')).toEqual({ [key!.id]: 'Inactive' });
    expect((await box.keys(['deactivate', key!.id])).out).toContain('Already inactive');
    expect((await box.keys(['activate', key!.id])).out).toContain('Now active');
    expect(box.keysOf('alice')).toEqual({ [key!.id]: 'Active' });
    expect(box.changes()).toEqual(['UpdateAccessKey', 'UpdateAccessKey']);
  });
});

describe('delete', () => {
  it('refuses an active key, whatever else is said', async () => {
    const box = keysOf();
    const [key] = box.user('alice', [{ days: 40 }]);
    const { status, error } = await box.keys(['delete', key!.id, '--yes']);
    expect(status).toBe(2);
    expect(error).toContain(`nothing was deleted: ${key!.id} of alice is active`);
    expect(box.changes()).toEqual([]);
  });

  it('deletes an inactive one after a yes', async () => {
    const box = keysOf();
    const [key] = box.user('alice', [{ days: 40, status: 'Inactive' }]);
    expect((await box.keys(['delete', key!.id])).error).toContain(`"Delete ${key!.id} of alice, never used, for good?" needs an answer`);
    expect((await box.keys(['delete', key!.id, '--dry-run'])).out).toContain('Would be deleted');
    expect(box.changes()).toEqual([]);
    expect(await box.keys(['delete', key!.id, '--yes'])).toMatchObject({ status: 0, out: `Deleted: ${key!.id} of alice, never used\n` });
    expect(box.keysOf('alice')).toEqual({});
  });

  it('leaves a key that somebody activates between the look and the deed', async () => {
    const box = keysOf();
    const [key] = box.user('alice', [{ days: 40, status: 'Inactive' }]);
    const people = box.sandbox.people(MANAGEMENT.id);
    const enable = {
      kind: 'call',
      run: () => {
        people.enableKey('alice', key!.id);
      },
    } as const;
    box.sandbox.faults.add({ match: { operation: 'ListAccessKeys', times: 1 }, when: 'after', then: enable });
    expect((await box.keys(['delete', key!.id, '--yes'])).error).toContain('is active');
    expect(box.keysOf('alice')).toEqual({ [key!.id]: 'Active' });
  });
});

describe('offboard', () => {
  it('deactivates every key at once, deletes none, and is undone key by key', async () => {
    const box = keysOf();
    const [first, second] = box.user('alice', [
      { days: 400, usedDaysAgo: 1 },
      { days: 4, status: 'Inactive' },
    ]);
    const dry = await box.keys(['offboard', 'alice', '--dry-run']);
    expect(dry.out).toContain('1 of 1 keys of alice would be made inactive.');
    expect((await box.keys(['offboard', 'alice'])).error).toContain('repeat with --yes');
    expect(box.changes()).toEqual([]);
    const done = await box.keys(['offboard', 'alice', '--yes', '--output', 'json']);
    expect([done.status, parsed(done.out)]).toMatchObject([
      0,
      { user: 'alice', keys: [{ keyId: first!.id, status: 'Inactive' }], failed: [] },
    ]);
    expect(box.keysOf('alice')).toEqual({ [first!.id]: 'Inactive', [second!.id]: 'Inactive' });
    // A repeat forgets nothing of what there is to undo.
    expect((await box.keys(['offboard', 'alice', '--yes'])).out).toContain('no key that is not inactive already');
    expect((await box.keys(['offboard', 'alice', '--undo', '--yes'])).out).toContain('1 of 1 keys of alice are active now.');
    expect(box.keysOf('alice')).toEqual({ [first!.id]: 'Active', [second!.id]: 'Inactive' });
    expect((await box.keys(['offboard', 'alice', '--undo', '--yes'])).error).toContain('nothing to undo');
  });

  it('goes on when one key cannot be changed, and ends with 1', async () => {
    const box = keysOf();
    const [first, second] = box.user('alice', [{ days: 400 }, { days: 4 }]);
    const refused = { kind: 'error', code: 'ServiceFailure', status: 400 } as const;
    box.sandbox.faults.add({
      match: { operation: 'UpdateAccessKey', input: (input) => input['AccessKeyId'] === first!.id },
      when: 'before',
      then: refused,
    });
    const { status, out } = await box.keys(['offboard', 'alice', '--yes']);
    expect([status, box.keysOf('alice')]).toEqual([1, { [first!.id]: 'Active', [second!.id]: 'Inactive' }]);
    expect(out).toContain(`${first!.id} could not be changed`);
  });
});
