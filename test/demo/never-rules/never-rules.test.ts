import type { RuleSettings } from '../../../demo/never-rules/never-rules';
import type { AccessKey } from '../../../sandbox/kernel/world';
import { MEMBER, ROTATION, USER, Watched } from './watched';

const FORGED = 'nobody who cannot change the user makes a step come earlier';
const UNTOLD = 'no step comes untold';
const FORWARD = 'no date that people were told is brought forward';
const NOBODYS = 'no successor that nobody has is a reason';
const GRACE = 'a key is disabled only after its grace';
const RECOVERY = 'a key is deleted only after its recovery time';
const WAITING = 'nobody waits for a key in a secret that is being deleted';

let watched: Watched;
const begin = async (settings: Partial<RuleSettings> = {}): Promise<Watched> => (watched = await Watched.begin(settings));
afterEach(() => watched.stop());

const DISABLED = 'This key will be disabled';
const DELETED = 'This key was disabled. It will be deleted';

/** A key of 90 days is rotated on day 0, and a mail gives the day on which it is disabled. */
function rotated(on = 10): { old: AccessKey; successor: AccessKey } {
  const old = watched.key(90);
  watched.day(0);
  const successor = watched.issue();
  watched.store(successor);
  watched.mail(old, `The new key is ${successor.id}. ${DISABLED}`, on);
  watched.remember();
  watched.end();
  return { old, successor };
}

it('a key whose successor is stored, and whose date was told, is disabled and deleted on those days', async () => {
  await begin();
  const { old } = rotated();
  watched.day(10);
  watched.disable(old);
  watched.mail(old, DELETED, 20);
  watched.remember();
  watched.end();
  watched.day(20);
  watched.delete(old);
  watched.end();
  expect(watched.broken).toEqual([]);
});

it('what an exempt user does with their keys meanwhile is not looked at: the date that was told stands', async () => {
  await begin();
  const { old } = rotated();
  watched.people.addGroup('Exempt');
  watched.people.addToGroup(USER, 'Exempt');
  watched.day(3);
  watched.people.disableKey(USER, old.id);
  watched.end();
  watched.day(4);
  watched.end();
  watched.people.enableKey(USER, old.id);
  watched.people.removeFromGroup(USER, 'Exempt');
  watched.day(12);
  watched.disable(old);
  expect(watched.broken).toEqual([]);
});

it('what anybody else does is: a key that was enabled again has a fresh grace', async () => {
  await begin();
  const { old } = rotated();
  watched.people.disableKey(USER, old.id);
  watched.day(4);
  watched.end();
  watched.people.enableKey(USER, old.id);
  watched.day(12);
  watched.disable(old);
  expect(watched.broken).toContain('a re-enabled key gets a fresh grace');
});

describe(`${FORGED}: broken`, () => {
  it.each([
    ['with the right secret', {}],
    ['by the name of its version alone', { secret: 'x' }],
    ['in the account of the rotation', { account: '111122223333' }],
  ])('when a key is disabled for one that somebody put into its secret, %s', async (_, forged) => {
    await begin();
    const [old, own] = [watched.key(60), watched.key(20)];
    watched.store(own, forged);
    watched.day(0);
    watched.mail(old, DISABLED, 0);
    watched.disable(old);
    expect(watched.broken).toEqual([FORGED]);
  });

  it('when a key is deleted because of a tag that somebody wrote', async () => {
    await begin();
    const [old] = [watched.key(120, { inactive: true }), watched.key(20)];
    watched.people.tagUser(USER, { [`key-rotation:${old.id}`]: 'inactive=2025-11-01T00:00:00.000Z' });
    watched.day(0);
    watched.mail(old, DELETED, 0);
    watched.delete(old);
    expect(watched.broken).toEqual([FORGED]);
  });

  it('when somebody wrote over what the rotator had written', async () => {
    await begin();
    const [old] = [watched.key(120, { inactive: true }), watched.key(20)];
    watched.day(0);
    watched.tag(old, 'inactive=2026-01-05T12:00:00.000Z');
    watched.mail(old, DELETED, 5);
    watched.people.tagUser(USER, { [`key-rotation:${old.id}`]: 'inactive=2025-11-01T00:00:00.000Z' });
    watched.day(5);
    watched.delete(old);
    expect(watched.broken).toEqual([FORGED]);
  });

  it('and a step that comes early without anybody else breaks the rule of its time', async () => {
    await begin();
    const [old, other] = [watched.key(120), watched.key(120, { inactive: true })];
    watched.day(0);
    watched.mail(old, DISABLED, 0);
    watched.disable(old);
    expect(watched.broken).toEqual(['nobody is left without an active key', GRACE]);
    watched.mail(other, DELETED, 0);
    watched.delete(other);
    expect(watched.broken).toContain(RECOVERY);
    expect(watched.broken).not.toContain(FORGED);
  });
});

describe(`${UNTOLD}: broken`, () => {
  it('when a superseded key is disabled and no mail said so', async () => {
    await begin();
    const old = watched.key(90);
    watched.day(0);
    watched.store(watched.issue());
    watched.day(10);
    watched.disable(old);
    expect(watched.broken).toEqual([UNTOLD]);
  });

  it.each([
    ['of a DryRun', { subject: '[Dry run] AWS access keys' }],
    ['about another step', { what: 'A new key will be issued' }],
  ])('when the only mail was one %s', async (_, { what = DISABLED, ...mail }: { what?: string; subject?: string }) => {
    await begin();
    const old = watched.key(90);
    watched.day(0);
    watched.store(watched.issue());
    watched.mail(old, what, 10, mail);
    watched.day(10);
    watched.disable(old);
    expect(watched.broken).toEqual([UNTOLD]);
  });

  it('when the mail was about an earlier successor', async () => {
    await begin();
    const { old, successor } = rotated();
    watched.loseSecret();
    watched.day(1);
    watched.people.deleteKey(USER, successor.id);
    watched.store(watched.issue());
    watched.day(11);
    watched.disable(old);
    expect(watched.broken).toEqual([UNTOLD]);
  });

  it('when an inactive key is deleted and no mail said so since', async () => {
    await begin();
    const { old } = rotated();
    watched.day(10);
    watched.disable(old);
    watched.end();
    watched.day(20);
    watched.delete(old);
    expect(watched.broken).toEqual([UNTOLD]);
  });

  it('never where steps go on untold', async () => {
    await begin({ proceedsUntold: true });
    const old = watched.key(90);
    watched.day(0);
    watched.store(watched.issue());
    watched.day(10);
    watched.disable(old);
    watched.end();
    watched.day(20);
    watched.delete(old);
    expect(watched.broken).toEqual([]);
  });

  it('where steps go on untold, a notice still needs its whole grace', async () => {
    await begin({ proceedsUntold: true });
    const old = watched.key(200);
    watched.key(20);
    watched.day(0);
    watched.tag(old, 'notice=2026-01-05T12:00:00.000Z');
    watched.day(9);
    watched.disable(old);
    expect(watched.broken).toEqual([GRACE]);
  });
});

describe(`${FORWARD}: broken`, () => {
  it('when a key is disabled before the day that a mail gave', async () => {
    await begin();
    const { old } = rotated(30);
    watched.day(12);
    watched.mail(old, DISABLED, 12);
    watched.disable(old);
    expect(watched.broken).toEqual([FORWARD]);
  });

  it('when a key is deleted before the day that a mail gave', async () => {
    await begin();
    const { old } = rotated();
    watched.day(10);
    watched.disable(old);
    watched.mail(old, DELETED, 40);
    watched.remember();
    watched.end();
    watched.day(20);
    watched.delete(old);
    expect(watched.broken).toEqual([FORWARD]);
  });

  it('also where steps go on untold', async () => {
    await begin({ proceedsUntold: true });
    const { old } = rotated(30);
    watched.day(12);
    watched.disable(old);
    expect(watched.broken).toEqual([FORWARD]);
  });

  it.each([
    ['whose answer was lost', false, true],
    ['of a run that died before it could remember', true, false],
  ])('not by a date in a mail %s', async (_, answered, remembers) => {
    await begin();
    const old = watched.key(90);
    watched.day(0);
    watched.store(watched.issue());
    watched.mail(old, DISABLED, 30, { answered });
    if (remembers) watched.remember();
    watched.day(1);
    watched.mail(old, DISABLED, 11);
    watched.remember();
    watched.day(11);
    watched.disable(old);
    expect(watched.broken).toEqual([]);
  });

  it('not by what was told before a person enabled the key again', async () => {
    await begin();
    const { old } = rotated(30);
    watched.people.disableKey(USER, old.id);
    watched.day(1);
    watched.people.enableKey(USER, old.id);
    watched.day(2);
    watched.mail(old, DISABLED, 12);
    watched.remember();
    watched.day(12);
    watched.disable(old);
    expect(watched.broken).toEqual([]);
  });

  it('after the rules went back to a moment, by what was told until then and nothing else', async () => {
    await begin();
    const { old } = rotated(30);
    const [saved, world] = [watched.rules.save(), watched.sandbox.snapshot()];
    watched.day(1);
    watched.mail(old, DISABLED, 99);
    watched.remember();
    watched.sandbox.restore(world);
    watched.rules.load(saved);
    watched.day(30);
    watched.disable(watched.people.user(USER).keys[0]!);
    expect(watched.broken).toEqual([]);
    watched.sandbox.restore(world);
    watched.rules.load(saved);
    watched.day(29);
    watched.disable(watched.people.user(USER).keys[0]!);
    expect(watched.broken).toEqual([FORWARD]);
  });
});

describe(`${NOBODYS}: broken`, () => {
  it('when a key is disabled after the secret of its successor was deleted', async () => {
    await begin();
    const { old } = rotated();
    watched.loseSecret();
    watched.day(10);
    watched.disable(old);
    expect(watched.broken).toContain(NOBODYS);
  });

  it('when a notice led to it', async () => {
    await begin();
    const { old } = rotated();
    watched.loseSecret();
    watched.day(1);
    watched.mail(old, DISABLED, 11, { section: 'Will be disabled without a replacement' });
    watched.day(11);
    watched.disable(old);
    expect(watched.broken).toEqual(['nobody is left without an active key', NOBODYS]);
  });

  it('when a key is deleted', async () => {
    await begin();
    const { old } = rotated();
    watched.day(10);
    watched.disable(old);
    watched.mail(old, DELETED, 20);
    watched.end();
    watched.loseSecret();
    watched.day(20);
    watched.delete(old);
    expect(watched.broken).toEqual([NOBODYS]);
  });

  it('not when the successor was used: its user has it', async () => {
    await begin();
    const { old, successor } = rotated();
    watched.day(10);
    watched.disable(old);
    watched.mail(old, DELETED, 20);
    watched.end();
    watched.people.useKey(USER, successor.id);
    watched.loseSecret();
    watched.day(20);
    watched.delete(old);
    expect(watched.broken).toEqual([]);
  });

  it('not when its user was renamed: the secret keeps the name that it had', async () => {
    await begin();
    const { old } = rotated();
    watched.day(1);
    watched.people.renameUser(USER, 'bob');
    watched.day(2);
    watched.mail(old, DISABLED, 12);
    watched.day(12);
    watched.disable(old);
    expect(watched.broken).toEqual([]);
  });
});

describe('case F8: a successor that was stored and is in no secret any more', () => {
  async function lost(): Promise<{ old: AccessKey; successor: AccessKey }> {
    await begin();
    const keys = rotated();
    watched.loseSecret();
    watched.day(2);
    watched.end();
    return keys;
  }

  it('is removed by a run a day after the one that saw so first', async () => {
    const { successor } = await lost();
    watched.day(3);
    watched.disable(successor);
    watched.delete(successor);
    watched.end();
    expect(watched.broken).toEqual([]);
  });

  it('is not removed by the run that sees so first', async () => {
    const { successor } = await lost();
    watched.disable(successor);
    expect(watched.broken).toContain(GRACE);
  });

  it('is not removed when it was used meanwhile, or is in a secret again', async () => {
    const { successor } = await lost();
    watched.people.useKey(USER, successor.id);
    watched.day(3);
    watched.disable(successor);
    expect(watched.broken).toContain(GRACE);
  });

  it('is not removed when it was in a secret again for a day', async () => {
    const { successor } = await lost();
    watched.store(successor);
    watched.day(3);
    watched.loseSecret();
    watched.day(4);
    watched.disable(successor);
    expect(watched.broken).toContain(GRACE);
  });

  it('that a person made is never removed', async () => {
    await begin();
    const [, own] = [watched.key(90), watched.key(5, { never: true })];
    watched.day(0);
    watched.day(2);
    watched.disable(own);
    expect(watched.broken).toContain(GRACE);
  });
});

describe(`${WAITING}: broken`, () => {
  /** A user whose successor is in a secret of this account, which is being deleted since a day before the run that ends now. */
  async function cutOff(account: string, { central = false, settings = { deletesSecrets: true } } = {}): Promise<void> {
    await begin(settings);
    if (central) watched.storeCentrally();
    watched.key(90);
    watched.day(0);
    watched.store(watched.issue(), { account });
    watched.end();
    watched.scheduleDeletion(account);
    watched.day(1);
    watched.end();
  }

  it('when the secret of a user with two keys stays deleted after a run', async () => {
    await cutOff(MEMBER);
    expect(watched.broken).toEqual([WAITING]);
  });

  it('when the central store’s does', async () => {
    await cutOff(ROTATION, { central: true });
    expect(watched.broken).toEqual([WAITING]);
    expect(watched.rules.broken).toMatchObject([{ story: `${USER} in ${MEMBER} has two keys` }]);
  });

  it('also when people deleted the one of an earlier deployment, too', async () => {
    await cutOff(ROTATION, { central: true });
    watched.store(watched.people.user(USER).keys[1]!);
    watched.scheduleDeletion();
    watched.rules.broken.length = 0;
    watched.day(2);
    watched.end();
    expect(watched.broken).toEqual([WAITING]);
  });

  it.each<[string, () => Promise<void>]>([
    ['beside a central store, it is the one of an earlier deployment: people alone restore that', () => cutOff(MEMBER, { central: true })],
    ['secrets are never deleted by the rotation', () => cutOff(MEMBER, { settings: { deletesSecrets: false } })],
  ])('not when %s', async (_, arrange) => {
    await arrange();
    expect(watched.broken).toEqual([]);
  });

  const leave = (key: AccessKey): void => {
    watched.people.deleteKey(USER, key.id);
  };
  const exempt = (): void => {
    watched.people.addGroup('Exempt');
    watched.people.addToGroup(USER, 'Exempt');
  };
  const later = (): void => {
    watched.sandbox.clock.advance(1);
  };

  it.each([
    ['one key', leave, false],
    ['an exemption', exempt, false],
    ['a secret that was deleted during the run', later, true],
  ])('not of a user with %s', async (_, change, during) => {
    await begin({ deletesSecrets: true });
    watched.storeCentrally();
    const old = watched.key(90);
    watched.day(0);
    watched.store(watched.issue(), { account: ROTATION });
    watched.end();
    if (!during) watched.scheduleDeletion(ROTATION);
    watched.day(1);
    change(old);
    if (during) watched.scheduleDeletion(ROTATION);
    watched.end();
    expect(watched.broken).toEqual([]);
  });
});
