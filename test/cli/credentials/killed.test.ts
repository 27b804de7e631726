import fc from 'fast-check';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { answerProgram } from '../../../cli/credentials/answer-program';
import { initialize } from '../../../cli/credentials/init';
import { rotateSelf } from '../../../cli/credentials/rotate-self';
import { syncProfile } from '../../../cli/credentials/sync';
import { Life } from './killing';
import { REGION } from './model-aws';
import { DAY, HOUR, Person } from './person';

const MINUTE = 60_000;
const POLICY = { deactivateAfterMs: 0, deleteAfterMs: DAY, olderThanMs: 50 * DAY };

interface Scene {
  name: string;
  prepare(person: Person): void;
  start(person: Person, life?: Life): Promise<unknown>;
  /** The key that a program gets at this moment. */
  held(person: Person): { id: string; secret: string };
  /** After later starts have finished the work. */
  end(person: Person): void;
}

const rotatedByService = (person: Person): void => {
  const old = person.aws.add({ ageMs: 90 * DAY });
  const made = person.aws.add({ ageMs: HOUR, used: false });
  person.aws.store(made);
  person.holds(old);
  person.hasStaticKey(old);
};
const inPrivateFile = (person: Person) => person.state?.current ?? { id: 'none', secret: '' };
const SCENES: Scene[] = [
  {
    name: 'credentials fetches a successor',
    prepare: rotatedByService,
    start: (person, life) => answerProgram(person.place(life), 'web'),
    held: inPrivateFile,
    end: (person) => {
      expect(person.state?.current.id).toBe(person.aws.keys[1]?.id);
    },
  },
  {
    name: 'sync fetches a successor',
    prepare: (person) => {
      rotatedByService(person);
      person.holds(person.aws.keys[0]!, { home: 'shared' });
    },
    start: (person, life) => syncProfile(person.place(life), 'web', { region: REGION }),
    held: (person) => person.staticKey,
    end: (person) => {
      expect(person.staticKey.id).toBe(person.aws.keys[1]?.id);
      expect(person.state).toMatchObject({ owed: true, current: { id: person.staticKey.id } });
      expect(person.text).toMatch(/^# mine\n\[web\]\n[^[]*\n\n\[other\]\nregion = x\n$/);
    },
  },
  {
    name: 'credentials --init takes a key over',
    prepare: (person) => {
      person.hasStaticKey(person.aws.add({ ageMs: DAY }));
    },
    start: (person, life) => initialize(person.place(life), { profile: 'web', region: REGION, command: 'iam-keys' }),
    // As long as the credentials file has a key, programs take that one.
    held: (person) => (person.staticKey.id === '' ? inPrivateFile(person) : person.staticKey),
    end: (person) => {
      expect(person.staticKey.id).toBe('');
      expect(person.state?.home).toBe('private');
    },
  },
  {
    name: 'rotate --self of a private file',
    prepare: (person) => {
      person.holds(person.aws.add({ ageMs: 100 * DAY }));
    },
    start: (person, life) => rotateSelf(person.place(life), 'web', POLICY, REGION),
    held: inPrivateFile,
    end: endOfSelf,
  },
  {
    name: 'rotate --self of the credentials file',
    prepare: (person) => {
      person.hasStaticKey(person.aws.add({ ageMs: 100 * DAY }));
    },
    start: (person, life) => rotateSelf(person.place(life), 'web', POLICY, REGION),
    held: (person) => person.staticKey,
    end: endOfSelf,
  },
];

function endOfSelf(person: Person): void {
  const [only, ...others] = person.aws.ofUser();
  expect(others).toEqual([]);
  expect(person.state?.current.id).toBe(only?.id);
  expect(Date.parse(only?.created ?? '')).toBeGreaterThan(person.now - 30 * DAY);
}

/** Every key of the user whose secret is on the disk, or which is written down as ours. */
function known(person: Person): string[] {
  const { current, previous, next, retiring = [] } = person.state ?? {};
  return [current, previous, next, ...retiring].flatMap((key) => (key ? [key.id] : []));
}

/** Starts that are killed, one after the other, and then some that are not; tells whether the last of the first was killed, and where. */
async function live(scene: Scene, ...kills: readonly number[]): Promise<{ isOver: boolean; place: string }> {
  const person = new Person();
  try {
    scene.prepare(person);
    let { isOver, place } = new Life();
    for (const killAt of kills) {
      const life = new Life(killAt);
      await scene.start(person, life).catch(() => undefined);
      person.now += MINUTE;
      ({ isOver, place } = life);
      const { id, secret } = scene.held(person);
      if (!person.aws.works({ id, secret })) throw new Error(`killed ${place}: what is on the disk does not work: ${id}`);
    }
    const held = scene.held(person);
    const starts = scene.name.startsWith('rotate') ? 6 : 2;
    for (let start = 0; start < starts; start += 1) {
      person.now += 2 * DAY;
      await scene.start(person).catch(() => undefined);
      if (start === 0) {
        const unknown = person.aws.ofUser().filter(({ id }) => !known(person).includes(id));
        if (scene.name.startsWith('rotate') && unknown.length > 0)
          throw new Error(`killed ${place}: nobody knows of ${unknown.map(({ id }) => id).join()}`);
      }
      if (!person.aws.works(scene.held(person))) throw new Error(`killed ${place}: the start after it left a key that does not work`);
      if (scene.name.startsWith('rotate') && person.aws.ofUser().length === 1 && person.aws.ofUser()[0]?.id !== held.id) break;
    }
    scene.end(person);
    for (const name of readdirSync(person.places.own)) {
      if (name.endsWith('.json')) expect(statSync(join(person.places.own, name)).mode & 0o777).toBe(0o600);
      expect(name).not.toContain('draft');
    }
    return { isOver, place };
  } finally {
    person.leave();
  }
}

it.each(SCENES)('$name: killed at every call and every file write, programs have a key that works, and no key is lost', async (scene) => {
  let points = 0;
  for (let killAt = 1; ; killAt += 1) {
    if (!(await live(scene, killAt)).isOver) break;
    points += 1;
  }
  expect(points).toBeGreaterThan(20);
});

it('killed again and again, at whatever points, they have one, too', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...SCENES),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 2, maxLength: 5 }),
      async (scene, kills) => {
        await live(scene, ...kills);
      },
    ),
    { numRuns: 60 },
  );
});
