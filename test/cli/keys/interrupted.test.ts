import { changeStatus, deleteKey } from '../../../cli/keys/operations/change-status';
import { createIntoSecret, planCreate } from '../../../cli/keys/operations/create-key';
import { findKey } from '../../../cli/keys/operations/find-key';
import { offboard, planOffboard } from '../../../cli/keys/operations/offboard';
import type { Session } from '../../../cli/keys/session';
import { placeOf } from '../../../cli/rotation/open-place';
import { environmentWith } from '../../../cli/rotation/settings';
import { keysSandbox, type KeyAge } from '../../helpers/keys-sandbox';
import { killedEverywhere, Mortal } from '../../helpers/mortal';
import { MANAGEMENT } from '../../helpers/sandbox-organization';

const keysOf = keysSandbox({ direct: true });
const INACTIVE: KeyAge = { days: 30, status: 'Inactive' };
const ACTIVE: KeyAge = { days: 200, usedDaysAgo: 1 };

interface Subject {
  user: string;
  keyIds: string[];
}
const session = (mortal: Mortal): Session => mortal.session(keysOf().sandbox, MANAGEMENT.id);
const userWith =
  (...keys: KeyAge[]) =>
  (nth: number): Subject => ({
    user: `alice-${nth}`,
    keyIds: keysOf()
      .user(`alice-${nth}`, keys)
      .map(({ id }) => id),
  });
const statuses = ({ user, keyIds }: Subject): (string | undefined)[] => keyIds.map((id) => keysOf().keysOf(user)[id]);
const tagsOf = ({ user }: Subject): string[] => [...keysOf().sandbox.people(MANAGEMENT.id).user(user).tags.keys()];

/** What commands do once a person has said yes, from the first look on. */
const change =
  (status: 'Active' | 'Inactive') =>
  async (mortal: Mortal, { keyIds: [id = ''] }: Subject): Promise<void> => {
    const by = session(mortal);
    await changeStatus(by, await findKey(by, id), status);
  };
const remove = async (mortal: Mortal, { keyIds: [id = ''] }: Subject): Promise<void> => {
  const by = session(mortal);
  await deleteKey(by, await findKey(by, id));
};
const leave =
  (undo: boolean) =>
  async (mortal: Mortal, { user }: Subject): Promise<void> => {
    const by = session(mortal);
    await offboard(by, await planOffboard(by, user, undo, new Date()));
  };
/** Again, by a process that lives; what is over already may be refused. */
const again = async (work: (mortal: Mortal, subject: Subject) => Promise<void>, subject: Subject): Promise<void> => {
  await work(new Mortal(), subject).catch((error: unknown) => {
    expect(String(error)).toMatch(/has the access key|nothing to undo/);
  });
};

it.each([
  ['activate', userWith(INACTIVE), change('Active'), ['Active'], 4],
  ['deactivate', userWith(ACTIVE), change('Inactive'), ['Inactive'], 4],
  ['delete', userWith(INACTIVE), remove, [undefined], 5],
] as const)('%s, killed at any call and repeated, comes to the same end', async (_, begin, work, end, points) => {
  const seen = await killedEverywhere(begin, work, async (subject) => {
    await again(work, subject);
    expect([subject.user, statuses(subject), tagsOf(subject)]).toEqual([subject.user, end, []]);
  });
  expect(seen).toBe(points);
});

describe('offboard', () => {
  const keys = [ACTIVE, { days: 10 }] as const;

  it('killed at any call, is finished by the same command, and undone as a whole', async () => {
    const seen = await killedEverywhere(userWith(...keys), leave(false), async (subject) => {
      await again(leave(false), subject);
      expect(statuses(subject)).toEqual(['Inactive', 'Inactive']);
      await leave(true)(new Mortal(), subject);
      expect([statuses(subject), tagsOf(subject)]).toEqual([['Active', 'Active'], []]);
    });
    expect(seen).toBeGreaterThan(7);
  });

  it('killed at any call, is undone at once, as far as it went', async () => {
    await killedEverywhere(userWith(...keys), leave(false), async (subject) => {
      await again(leave(true), subject);
      expect([statuses(subject), tagsOf(subject)]).toEqual([['Active', 'Active'], []]);
    });
  });

  it('is undone by the same command when undoing was killed, and activates nothing else', async () => {
    const begin = userWith(...keys);
    const gone: Promise<void>[] = [];
    const subjects = Array.from({ length: 12 }, (_, place) => begin(place + 1));
    for (const subject of subjects) gone.push(leave(false)(new Mortal(), subject));
    await Promise.all(gone);
    const seen = await killedEverywhere(
      (nth) => subjects[nth - 1]!,
      leave(true),
      async (subject) => {
        await again(leave(true), subject);
        expect([statuses(subject), tagsOf(subject)]).toEqual([['Active', 'Active'], []]);
      },
    );
    expect(seen).toBeGreaterThan(6);
  });
});

describe('create', () => {
  const INTENT = 'key-rotation:issuing:';

  /** What the command does once a person has said yes. */
  const create = async (mortal: Mortal, { user }: Subject): Promise<void> => {
    const by = session(mortal);
    const place = await placeOf(by, user, { environment: environmentWith({}), settings: 'the defaults' });
    await createIntoSecret(by, await planCreate(by, user, new Date(), { place }), place);
  };
  /** The interrupted command is certainly over, as it is some minutes later. */
  const endIntents = ({ user }: Subject): void => {
    const people = keysOf().sandbox.people(MANAGEMENT.id);
    for (const [tag, value] of people.user(user).tags)
      if (tag.startsWith(INTENT)) people.tagUser(user, { [tag]: value.replace(/at=(\S+) until=\S+/, 'at=$1 until=$1') });
  };

  it('killed at any call, leaves a key that is stored or that the next command finds and removes', async () => {
    const seen = await killedEverywhere(
      (nth) => {
        keysOf().sandbox.clock.set(new Date());
        return userWith({ days: 100, usedDaysAgo: 0 })(nth);
      },
      create,
      async (subject) => {
        const {
          user,
          keyIds: [old = ''],
        } = subject;
        const ids = (): string[] => Object.keys(keysOf().keysOf(user));
        const fresh = ids().filter((id) => id !== old);
        const isAnnounced = tagsOf(subject).some((tag) => tag.startsWith(INTENT));
        expect([user, keysOf().keysOf(user)[old]]).toEqual([user, 'Active']);
        if (fresh.length > 0 && keysOf().storedKeyOf(user) !== fresh[0]) expect([user, isAnnounced]).toEqual([user, true]);
        endIntents(subject);
        // A key that was stored in time has taken the second place.
        await create(new Mortal(), subject).catch((error: unknown) => {
          expect(String(error)).toContain('has two access keys');
        });
        const current = keysOf().storedKeyOf(user);
        expect([user, ids().length, ids().includes(current ?? ''), ids().includes(old)]).toEqual([user, 2, true, true]);
      },
    );
    expect(seen).toBeGreaterThan(12);
  });
});
