import fc from 'fast-check';
import { answerProgram } from '../../../cli/credentials/answer-program';
import { commit, tryProfileLock } from '../../../cli/credentials/profile';
import { renew } from '../../../cli/credentials/renew';
import { awsError, OTHER_USER, USER } from './model-aws';
import { DAY, HOUR, Person } from './person';

let person: Person;
beforeEach(() => {
  person = new Person();
});
afterEach(() => {
  person.leave();
});

/** A user whose key the service has replaced. */
function rotated() {
  const old = person.aws.add({ ageMs: 90 * DAY });
  const made = person.aws.add({ ageMs: HOUR, used: false });
  person.aws.store(made);
  return { old, made, state: person.holds(old) };
}
const look = async () => renew(person.state!, person.place());

it('takes the successor that the secret holds, once AWS has said whose it is, and keeps the key before', async () => {
  const { old, made, state } = rotated();
  const { state: after, outcome, told } = await renew(state, person.place());
  expect([outcome, told]).toEqual(['renewed', []]);
  expect(after).toMatchObject({
    current: { id: made.id, secret: made.secret, created: made.created },
    previous: { id: old.id },
    user: USER,
  });
  expect(person.aws.calls).toEqual(['readSecret', 'identify']);
});

it('refuses a key of another user loudly, and keeps what works', async () => {
  const { old, state } = rotated();
  person.aws.store(person.aws.add({ owner: OTHER_USER, ageMs: HOUR }));
  const { state: after, told } = await renew(state, person.place());
  expect(after.current.id).toBe(old.id);
  expect(told.join()).toMatch(
    /^REFUSED: the secret .* holds AKIA\w+, which belongs to arn:aws:iam::222233334444:user\/other and not to .*web-deploy/,
  );
});

it('waits while AWS does not know the successor, and takes it when it does', async () => {
  const { old, made } = rotated();
  made.knownFrom = person.now + 3_000;
  expect((await look()).outcome).toBe('renewed');
  made.knownFrom = person.now + DAY;
  const { state, outcome, told } = await look();
  expect([outcome, state.current.id, told]).toEqual(['pending', old.id, [expect.stringContaining(`${old.id} stays in use`)]]);
  // It is asked for again within a minute.
  expect(Date.parse(state.nextLookAt) - person.now).toBeLessThanOrEqual(60_000);
});

it('leaves a key of the last minute alone, which other regions may not know', async () => {
  const { made, old } = rotated();
  made.created = new Date(person.now - 30_000).toISOString();
  person.aws.store(made);
  expect(await look()).toMatchObject({ outcome: 'pending', told: [], state: { current: { id: old.id } } });
  // Of a clock that is wrong by more than that, nothing is to be learned.
  made.created = new Date(person.now + DAY).toISOString();
  person.aws.store(made);
  expect((await look()).outcome).toBe('renewed');
});

it.each(['AccessDeniedException', 'ResourceNotFoundException', 'InvalidRequestException'])(
  'a secret that is not there (%s) is usual',
  async (error) => {
    const { old } = rotated();
    person.aws.stored = { error };
    expect(await look()).toMatchObject({ outcome: 'stayed', told: [], state: { current: { id: old.id } } });
  },
);

it.each(['TimeoutError', 'ThrottlingException', 'InternalServiceError'])(
  '%s changes nothing, and is tried again within a minute',
  async (error) => {
    const { old } = rotated();
    person.aws.stored = { error };
    const { state, outcome } = await look();
    expect([outcome, state.current.id]).toEqual(['unreachable', old.id]);
    expect(Date.parse(state.nextLookAt) - person.now).toBeLessThanOrEqual(60_000);
  },
);

it('goes back to the key before when AWS refuses the one in use', async () => {
  const { old, made } = rotated();
  const { state } = await look();
  made.status = 'Inactive';
  const back = await renew(state, person.place());
  expect(back).toMatchObject({ outcome: 'fell back', state: { current: { id: old.id }, previous: { id: made.id } } });
  expect(back.told.join()).toContain(`AWS refuses ${made.id} of profile web; ${old.id}, the key before it, works and is used again`);
});

it('says what to do when AWS refuses all there is, and goes on when the key works again', async () => {
  const { old, made } = rotated();
  old.status = 'Inactive';
  const answer = await answerProgram(person.place(), 'web');
  expect(answer.answer).toBeUndefined();
  expect(answer.told.join()).toContain(`aws iam update-access-key --user-name web-deploy --access-key-id ${old.id} --status Active`);
  expect(answer.told.join()).not.toContain(old.secret);
  old.status = 'Active';
  expect(JSON.parse((await answerProgram(person.place(), 'web')).answer!)).toMatchObject({ AccessKeyId: made.id });
});

it('believes no single refusal', async () => {
  const { old } = rotated();
  person.aws.stored = { error: 'UnrecognizedClientException' };
  expect(await look()).toMatchObject({ outcome: 'unreachable', told: [], state: { current: { id: old.id } } });
});

it('follows a user who was renamed to the secret of the new name', async () => {
  const { old } = rotated();
  person.aws.stored = { error: 'AccessDeniedException' };
  const asked: string[] = [];
  const aws = Object.assign(Object.create(person.aws) as typeof person.aws, {
    readSecret: (_: unknown, { id }: { id: string }) => {
      asked.push(id);
      return Promise.reject(awsError('AccessDeniedException'));
    },
  });
  for (const key of person.aws.keys) key.owner = { ...USER, arn: 'arn:aws:iam::222233334444:user/team/re,named' };
  const { state } = await renew(person.state!, { ...person.place(), aws });
  expect(asked).toEqual(['Account_222233334444_User_web-deploy_AccessKey', 'Account_222233334444_User_re/2Cnamed_AccessKey']);
  expect(state).toMatchObject({ current: { id: old.id }, user: { arn: expect.stringContaining('re,named') as string } });
});

it('asks AWS once for many programs: while one start looks, others get the key in use', async () => {
  const { old } = rotated();
  const place = { ...person.place(), isAlive: () => true };
  const lock = tryProfileLock(place, 'web')!;
  expect(JSON.parse((await answerProgram(place, 'web')).answer!)).toMatchObject({ AccessKeyId: old.id });
  expect(person.aws.calls).toEqual([]);
  await commit(place, lock, person.state!, (await look()).state);
  lock.release();
  person.aws.calls.length = 0;
  await answerProgram(place, 'web');
  expect(person.aws.calls).toEqual([]);
});

it('gives a key that works though the disk is full', async () => {
  const { made } = rotated();
  const full = {
    ...person.place().disk,
    writeSync: () => {
      throw awsError('Error', 'ENOSPC: no space left on device');
    },
  };
  const { answer, told } = await answerProgram({ ...person.place(), disk: full }, 'web');
  expect(JSON.parse(answer!)).toMatchObject({ AccessKeyId: expect.stringMatching(/^AKIA/) as string });
  expect(person.aws.works(made)).toBe(true);
  expect(told.join()).toContain('ENOSPC');
});

/** What can happen to a user between two answers. */
const events = fc.constantFrom(
  'wait',
  'rotate',
  'disable old',
  'foreign key',
  'no network',
  'garbage',
  'back to normal',
  'nobody knows the new key',
);

it('whatever happens, a key is in use only after AWS has said that it is this user’s, and always answers while one works', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(events, { minLength: 1, maxLength: 12 }), async (story) => {
      person.leave();
      person = new Person();
      person.holds(person.aws.add({ ageMs: 60 * DAY }));
      const { aws } = person;
      for (const event of story) {
        const active = aws.ofUser().filter(({ status }) => status === 'Active');
        if (event === 'rotate' && aws.ofUser().length < 2) aws.store(aws.add({ ageMs: HOUR, used: false }));
        // As the service does it: once its successor was fetched or its grace is over, whichever is later.
        if (event === 'disable old' && active.length === 2 && person.state!.current.id !== active[0]!.id)
          aws.keys.splice(aws.keys.indexOf(active[0]!), 1);
        if (event === 'foreign key') aws.store(aws.add({ owner: OTHER_USER }));
        if (event === 'no network') aws.stored = { error: 'TimeoutError' };
        if (event === 'garbage') aws.stored = { value: '{}' };
        if (event === 'back to normal') aws.store(aws.ofUser().at(-1)!);
        if (event === 'nobody knows the new key')
          aws.ofUser().at(-1)!.knownFrom =
            aws.ofUser().length === 2 && person.state!.current.id !== aws.ofUser().at(-1)!.id ? person.now + HOUR : 0;
        person.now += 5 * HOUR;
        const { answer } = await answerProgram(person.place(), 'web');
        const { AccessKeyId, SecretAccessKey } = JSON.parse(answer!) as { AccessKeyId: string; SecretAccessKey: string };
        const held = aws.keys.find(({ id }) => id === AccessKeyId);
        expect([held?.owner, held?.status, held?.secret]).toEqual([USER, 'Active', SecretAccessKey]);
      }
    }),
    { numRuns: 60 },
  );
});
