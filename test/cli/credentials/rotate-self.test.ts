import { rotateSelf } from '../../../cli/credentials/rotate-self';
import { awsError, REGION } from './model-aws';
import { DAY, Person } from './person';

let person: Person;
beforeEach(() => {
  person = new Person();
});
afterEach(() => {
  person.leave();
});
const POLICY = { deactivateAfterMs: DAY, deleteAfterMs: 10 * DAY, olderThanMs: 50 * DAY };
const start = (change: object = {}, policy = POLICY) =>
  rotateSelf({ ...person.place(), aws: Object.assign(Object.create(person.aws) as typeof person.aws, change) }, 'web', policy, REGION);

it('waits for programs that use the old key, deactivates it, gives one that was enabled again its time, and deletes it in the end', async () => {
  const old = person.aws.add({ ageMs: 100 * DAY });
  person.holds(old);
  expect(await start()).toMatchObject({
    outcome: 'waiting',
    done: [expect.stringContaining('was made'), expect.stringContaining(`in place of ${old.id}`)],
  });
  const later = async (days: number) => {
    person.now += days * DAY;
    return (await start()).done;
  };
  old.lastUsed = new Date(person.now + 1.5 * DAY).toISOString();
  expect(await later(2)).toEqual([]);
  expect(await later(1)).toEqual([`${old.id} was deactivated`]);
  old.status = 'Active';
  expect([await later(1), await later(0.5), await later(0.6)]).toEqual([[], [], [`${old.id} was deactivated`]]);
  expect([await later(9), await later(1)]).toEqual([[], [`${old.id} was deleted`]]);
  expect(person.aws.ofUser()).toHaveLength(1);
});

it('believes no list without the key that asks for it', async () => {
  person.holds(person.aws.add({ ageMs: 100 * DAY }));
  await expect(start({ listKeys: () => Promise.resolve([]) })).rejects.toThrow('IAM does not list AKIA');
  expect(person.aws.ofUser()).toHaveLength(1);
});

it('makes no key while the file cannot be written', async () => {
  person.holds(person.aws.add({ ageMs: 100 * DAY }));
  const { disk } = person.place();
  const full = {
    ...disk,
    writeSync: () => {
      throw awsError('Error', 'ENOSPC: no space left on device');
    },
  };
  await expect(rotateSelf({ ...person.place(), disk: full }, 'web', POLICY, REGION)).rejects.toThrow('ENOSPC');
  expect(person.aws.calls).not.toContain('createKey');
});

it('removes the key that it has just made when that cannot be written any more', async () => {
  person.holds(person.aws.add({ ageMs: 100 * DAY }));
  const { disk } = person.place();
  let isFull = false;
  const filling = {
    ...disk,
    renameSync: (...paths: Parameters<typeof disk.renameSync>) => {
      if (isFull) throw awsError('Error', 'ENOSPC: no space left on device');
      disk.renameSync(...paths);
    },
  };
  const aws = Object.assign(Object.create(person.aws) as typeof person.aws, {
    createKey: async (...args: Parameters<typeof person.aws.createKey>) => {
      isFull = true;
      return person.aws.createKey(...args);
    },
  });
  await expect(rotateSelf({ ...person.place(), disk: filling, aws }, 'web', POLICY, REGION)).rejects.toThrow('ENOSPC');
  expect(person.aws.ofUser()).toHaveLength(1);
});

it.each(['LimitExceededException', 'AccessDenied', 'TimeoutError'])(
  'says so when no key could be made (%s), and the next start goes on',
  async (error) => {
    person.holds(person.aws.add({ ageMs: 100 * DAY }));
    await expect(start({ createKey: () => Promise.reject(awsError(error)) })).rejects.toThrow(`no new key for profile web: ${error}`);
    expect((await start()).done).toHaveLength(2);
  },
);

it('asks nobody to remove what it cannot tell from a stored successor, and refuses to rotate what the service rotates', async () => {
  const key = person.aws.add({ ageMs: 100 * DAY });
  person.holds(key);
  person.aws.store(key);
  expect(await start()).toMatchObject({ outcome: 'refused', done: [], told: [expect.stringContaining('the service rotates it')] });
  person.aws.stored = { error: 'AccessDeniedException' };
  person.aws.add({ used: false });
  expect(await start()).toMatchObject({
    outcome: 'refused',
    done: [],
    told: [expect.stringContaining('It may be the successor that the service stored')],
  });
});
