import { enteredOf, usersOfPolicies } from '../../../../lambda/rotator/memory/entered';
import { NOW } from '../../../helpers/facts';

const EARLIER = '2026-11-20T00:00:00.000Z';
const fast = { name: 'fast', since: EARLIER };
const after = (users: Parameters<typeof usersOfPolicies>[0], names: string[]) =>
  usersOfPolicies(users, { policy: 'fast', names, known: ['fast', 'slow'], now: NOW });

it.each<[string, Parameters<typeof usersOfPolicies>[0], string[], object]>([
  ['whoever comes, since now', {}, ['bot'], { bot: { policy: { name: 'fast', since: NOW.toISOString() } } }],
  ['whoever stays, since before', { bot: { policy: fast } }, ['bot'], { bot: { policy: fast } }],
  [
    'whoever came from another policy, since now',
    { bot: { policy: { ...fast, name: 'slow' } } },
    ['bot'],
    { bot: { policy: { name: 'fast', since: NOW.toISOString() } } },
  ],
  ['nobody who left', { bot: { policy: fast, owner: 'o' } }, [], { bot: { owner: 'o' } }],
  [
    'the users of other policies as before',
    { job: { policy: { ...fast, name: 'slow' } } },
    [],
    { job: { policy: { ...fast, name: 'slow' } } },
  ],
  ['nobody of a policy that is no more', { job: { policy: { ...fast, name: 'gone' } } }, [], { job: {} }],
])('remembers %s', (_, users, names, expected) => {
  expect(after(users, names)).toEqual(expected);
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
