import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DAY_MS } from '../../../../lambda/shared/period';
import { accessKey, NOW, policy } from '../../../helpers/facts';
import { SimulatedUser } from '../../../helpers/simulated-user';

type Event =
  | { what: 'days pass'; days: number }
  | { what: 'switch off' | 'switch on' | 'delete'; which: number }
  | { what: 'create' | 'overwrite the secret' };

const which = fc.integer({ min: 0, max: 1 });
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ what: fc.constant('days pass' as const), days: fc.constantFrom(1, 1, 2, 3, 9, 10, 11, 40) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom('switch off' as const, 'switch on' as const), which }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('delete' as const), which }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom('create' as const, 'overwrite the secret' as const) }) },
);
const history = fc.array(event, { minLength: 10, maxLength: 80 });
const ages = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 2 });

/** What people do to a user between runs. */
function happen(user: SimulatedUser, { what, ...more }: Event, now: Date, step: number): void {
  const key = 'which' in more ? user.keys[more.which] : undefined;
  if (what === 'create' && user.keys.length < 2)
    user.keys.push(accessKey({ id: `AKIABYAPERSON0${String(step).padStart(6, '0')}`, created: now }));
  if (what === 'overwrite the secret') user.current = undefined;
  if (!key) return;
  if (what === 'delete') user.keys = user.keys.filter((one) => one !== key);
  else user.setStatus(key.id, what === 'switch on' ? 'Active' : 'Inactive');
}

/** Lives through a history; `look` is handed every run that the passing of days brings. */
function live(events: readonly Event[], initial: readonly number[], look: (user: SimulatedUser, now: Date, run: () => void) => void): void {
  const keys = initial.map((ageDays, index) =>
    accessKey({ id: `AKIAFIRST0000000000${index}`, created: new Date(NOW.getTime() - ageDays * DAY_MS) }),
  );
  const user = new SimulatedUser(keys, policy());
  let now = NOW;
  for (const [step, one] of events.entries()) {
    if (one.what === 'days pass') {
      now = new Date(now.getTime() + one.days * DAY_MS);
      const today = now;
      look(user, today, () => {
        user.run(today);
      });
    } else happen(user, one, new Date(now.getTime() + 3_600_000 + step * 1_000), step);
  }
}

const forAnyHistory = (rule: (events: readonly Event[], initial: readonly number[]) => void): void => {
  fc.assert(fc.property(history, ages, rule), { numRuns: 1_500 });
};
const active = (user: SimulatedUser): string[] => user.keys.filter((key) => key.status === 'Active').map((key) => key.id);

describe('whatever people do meanwhile', () => {
  it('a user who had an active key before a run has one after it', () => {
    forAnyHistory((events, initial) => {
      live(events, initial, (user, _, run) => {
        const had = active(user).length > 0;
        run();
        assert.equal(active(user).length > 0, had);
      });
    });
  });

  it('a key is deleted only after ten days in which every run saw it inactive', () => {
    forAnyHistory((events, initial) => {
      const since = new Map<string, Date>();
      live(events, initial, (user, now, run) => {
        for (const key of user.keys) {
          if (key.status === 'Active') since.delete(key.id);
          else if (!since.has(key.id)) since.set(key.id, now);
        }
        const before = user.taken.length;
        run();
        for (const step of user.taken.slice(before)) {
          if (step.action === 'disable') since.set(step.keyId, now);
          if (step.action === 'delete') assert.ok(now.getTime() - since.get(step.keyId)!.getTime() >= 10 * DAY_MS);
        }
      });
    });
  });

  it('a key is disabled only ten days after the last thing that began a grace for it', () => {
    forAnyHistory((events, initial) => {
      live(events, initial, (user, now, run) => {
        const before = user.taken.length;
        run();
        for (const { action, keyId } of user.taken.slice(before)) {
          if (action !== 'disable') continue;
          const began = user.taken
            .slice(0, before)
            .filter((step) => step.keyId === keyId && ['rotate', 'notify', 'note-reenabled'].includes(step.action));
          assert.ok(began.length > 0);
          assert.ok(now.getTime() - began.at(-1)!.at.getTime() >= 10 * DAY_MS);
        }
      });
    });
  });

  it('no run takes two steps for one key, and a repeat of the run switches nothing off and deletes nothing', () => {
    const repeated = ['disable', 'delete'];
    forAnyHistory((events, initial) => {
      live(events, initial, (user, _, run) => {
        const before = user.taken.length;
        run();
        const first = user.taken.slice(before).map((step) => step.keyId);
        assert.equal(new Set(first).size, first.length);
        const between = user.taken.length;
        run();
        assert.deepEqual(
          user.taken.slice(between).filter((step) => repeated.includes(step.action)),
          [],
        );
      });
    });
  });
});
