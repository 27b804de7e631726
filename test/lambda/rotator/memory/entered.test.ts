import { enteredOf, usersOfPolicies } from '../../../../lambda/rotator/memory/entered';
import { NOW } from '../../../helpers/facts';

const EARLIER = '2026-11-20T00:00:00.000Z';
const fast = { name: 'fast', since: EARLIER };
const slow = { ...fast, name: 'slow' };
const now = { name: 'fast', since: NOW.toISOString() };
type Users = NonNullable<Parameters<typeof usersOfPolicies>[0]>;
const known = ['fast', 'slow'];
const inPolicies = (fast: string[], more: Record<string, string[]> = {}) =>
  new Map(Object.entries({ fast, ...more }).map(([name, users]) => [name, new Set(users)]));

describe('after a run of a policy', () => {
  it.each<[string, Users, string[], Users]>([
    ['whoever comes, since now', {}, ['bot'], { bot: { policy: now } }],
    ['whoever stays, since before', { bot: { policy: fast } }, ['bot'], { bot: { policy: fast } }],
    ['whoever came from another policy, since now', { bot: { policy: slow } }, ['bot'], { bot: { policy: now } }],
    ['nobody who left', { bot: { policy: fast, owner: 'o' } }, [], { bot: { owner: 'o' } }],
    ['the users of other policies as before', { job: { policy: slow } }, [], { job: { policy: slow } }],
    ['nobody of a policy that is no more', { job: { policy: { ...fast, name: 'gone' } } }, [], { job: {} }],
  ])('remembers %s', (_, users, names, expected) => {
    expect(usersOfPolicies(users, { known, inPolicies: inPolicies(names), enters: 'fast', now: NOW })).toEqual(expected);
  });

  it('in DryRun remembers nobody who comes, and nobody who left', () => {
    const users = { bot: { policy: fast } };
    expect(usersOfPolicies(users, { known, inPolicies: inPolicies(['job']), now: NOW })).toEqual({ bot: {} });
  });
});

describe('after a run of the deployment’s own', () => {
  it.each<[string, Users | undefined, ReturnType<typeof inPolicies>, Users | undefined]>([
    ['whoever stays, since before', { bot: { policy: fast } }, inPolicies(['bot']), { bot: { policy: fast } }],
    [
      'nobody who left',
      { bot: { policy: fast }, job: { policy: slow } },
      inPolicies([], { slow: ['job'] }),
      { bot: {}, job: { policy: slow } },
    ],
    [
      'nobody who went to another policy, whose own runs see them come',
      { bot: { policy: fast } },
      inPolicies([], { slow: ['bot'] }),
      { bot: {} },
    ],
    ['whose policy it did not read, since before', { bot: { policy: fast } }, new Map(), { bot: { policy: fast } }],
    ['nobody of a policy that is no more', { job: { policy: { ...fast, name: 'gone' } } }, new Map(), { job: {} }],
    [
      'nobody whom it finds in a policy: that is for the policy’s own runs',
      { bot: { owner: 'o' } },
      inPolicies(['bot']),
      { bot: { owner: 'o' } },
    ],
    ['nothing of nobody', undefined, new Map(), undefined],
  ])('remembers %s', (_, users, found, expected) => {
    expect(usersOfPolicies(users, { known, inPolicies: found, now: NOW })).toEqual(expected);
  });
});

it.each([
  ['their policy', 'fast', new Date(EARLIER)],
  ['another policy', 'slow', undefined],
  ['the deployment’s own', undefined, undefined],
])('knows when a user entered %s', (_, name, expected) => {
  const read = { memory: { version: 1 as const, keys: {}, users: { bot: { policy: fast } } } };
  expect(enteredOf({ read }, name === undefined ? undefined : { name }, 'bot')).toEqual(expected);
  expect(enteredOf({ read }, { name: 'fast' }, 'job')).toBeUndefined();
});
