import { parseManifest, parseResult } from '../../../lambda/runs/schemas';
import { action, user } from '../mail/factories';
import { accountId, manifest, resultOf } from '../reporter/factories';

const skip = { account: accountId(9), name: 'Closed', reason: 'its state is SUSPENDED' };
const manifestWith = (skipped: object): string => JSON.stringify({ ...manifest(1), skipped: [skipped] });

describe('a manifest', () => {
  it('is read as it was written', () => {
    const written = manifest(2, { forceRotate: 'alice', skipped: [{ ...skip, code: 'not-active' }] });
    expect(parseManifest(JSON.stringify(written))).toEqual(written);
  });

  it.each([
    ['an older version, which had no codes', skip],
    ['a newer version, which has other codes', { ...skip, code: 'on-holiday' }],
  ])('of %s is read, and does not say why an account was skipped but for people', (_, skipped) => {
    const [read] = parseManifest(manifestWith(skipped)).skipped;
    expect(read).toMatchObject(skip);
    expect(read?.code).toBeUndefined();
  });

  it.each([
    ['without a start', { ...manifest(1), startedAt: undefined }],
    ['that does not start at a time', { ...manifest(1), startedAt: 'yesterday' }],
    ['that is a list', []],
  ])('%s is refused', (_, content) => {
    expect(() => parseManifest(JSON.stringify(content))).toThrow();
  });
});

describe('a result', () => {
  it('of a newer version is read, with its new fields left out and its new actions kept', () => {
    const written = resultOf(1, { users: [user('alice', { actions: [action()] })] });
    const [first] = written.users;
    const newer = {
      ...written,
      weather: 'fine',
      coverage: 'dream',
      users: [{ ...first, keys: 'none', actions: [{ ...first?.actions[0], action: 'celebrate', mood: 'good' }] }],
    };
    expect(parseResult(JSON.stringify(newer))).toEqual({
      account: { id: accountId(1), name: 'Account 1' },
      dryRun: false,
      finishedAt: written.finishedAt,
      status: 'succeeded',
      usersSeen: 10,
      users: [
        {
          user: 'alice',
          actions: [{ action: 'celebrate', keyId: 'AKIAOLD0000000000001', reason: 'it is 90 days old', outcome: 'done' }],
        },
      ],
      failures: [],
      left: [],
      mails: [],
    });
  });

  it('has its inventory, but of an older version, which had none, and one that cannot be read', () => {
    const inventory = {
      policy: { rotateMs: 1, disableMs: 2, deleteMs: 3 },
      users: [{ user: 'alice', keys: [{ keyId: 'AKIAOLD0000000000001', status: 'Active' as const }] }],
    };
    const read = (more: object) => parseResult(JSON.stringify({ ...resultOf(1), ...more })).inventory;
    expect(read({ inventory })).toEqual(inventory);
    expect(read({})).toBeUndefined();
    expect(read({ inventory: { users: 'many' } })).toBeUndefined();
  });

  it('that does not say how it went is refused', () => {
    expect(() => parseResult(JSON.stringify({ ...resultOf(1), status: 'odd' }))).toThrow('status');
  });
});
