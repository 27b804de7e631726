import { headlineOf } from '../../../lambda/mail/headline';
import { userEntries } from '../../../lambda/mail/items';
import { inOrder } from '../../../lambda/mail/pages';
import type { ActionResult, Failure, KeyFacts } from '../../../lambda/runs/schemas';
import { action, keyFacts, user } from './factories';

const RUN = { region: 'eu-west-1', dryRun: false, now: new Date('2027-01-05T02:00:00.000Z') };
const on = '2027-01-15T00:00:00.000Z';
type Told = [name: string, result: Partial<ActionResult>, key?: Partial<KeyFacts>, failures?: Failure[]];
const headline = (...told: Told[]): string =>
  headlineOf(
    inOrder(
      told.flatMap(([name, result, key, failures = []]) =>
        userEntries(user(name, { keys: [keyFacts(key)], actions: [action(result)] }), failures, RUN),
      ),
    ),
  );
const NEW = { successorId: 'AKIANEW', successorSince: '2027-01-01T00:00:00.000Z' };
const failed: Told = ['eve', { outcome: 'failed' }];
const blocked: Told = ['mallory', { action: 'blocked' }];

it.each<[Told[], string]>([
  [[['web-deploy', { on, ...NEW }]], 'Action needed by 15 Jan: switch web-deploy to its new key'],
  [[['web-deploy', { action: 'warn', step: 'disable', on, ...NEW }]], 'Action needed by 15 Jan: switch web-deploy to its new key'],
  [
    [
      ['b', { on: '2027-01-16T00:00:00.000Z' }],
      ['a', { on }],
      ['c', { on }],
    ],
    'Action needed by 15 Jan: switch a and 2 more to their new keys',
  ],
  [[['a', { action: 'notify', on }]], 'Action needed by 15 Jan: stop using an old key of a'],
  [[['a', { action: 'warn', step: 'disable', on }]], 'Action needed by 15 Jan: stop using an old key of a'],
  [[['a', { action: 'notify', on }, { lastUsed: 'never' }]], 'Action needed by 15 Jan: use the key of a if it is needed'],
  [
    ['a', 'b'].map((name): Told => [name, { action: 'notify', on }, { lastUsed: 'never' }]),
    'Action needed by 15 Jan: use the keys of a and 1 more that are needed',
  ],
  [
    [
      ['a', { action: 'notify', on }, { lastUsed: 'never' }],
      ['b', { action: 'notify', on }],
    ],
    'Action needed by 15 Jan: stop using old keys of a and 1 more',
  ],
  [[['a', { on: '2027-01-05T03:30:00.000Z' }]], 'Action needed by 5 Jan, 03:30 UTC: switch a to its new key'],
  [[['a', { action: 'unclear-exemption' }]], 'Action needed: say whether a is exempt'],
  [[['a', { action: 'warn', step: 'disable', on: '2027-01-06T00:00:00.000Z', ...NEW }]], 'Last day before 6 Jan: switch a to its new key'],
  [[['a', { action: 'warn', step: 'delete', on: '2027-01-06T00:00:00.000Z' }]], 'Last day: the disabled key of a is deleted on 6 Jan'],
  [
    [['a', { action: 'disable', on, ...NEW }, { lastUsed: '2027-01-04T00:00:00.000Z' }]],
    'Possible outage: a used the key that is now disabled',
  ],
  [[['a', { action: 'disable', on, ...NEW }]], 'The old key of a is disabled'],
  [
    [
      ['a', { action: 'delete' }],
      ['b', { action: 'delete' }],
    ],
    'The old keys of a and 1 more are deleted',
  ],
  [[['a', { action: 'warn', step: 'rotate', on }]], 'A new key comes for a on 15 Jan'],
  [[['a', { action: 'note-inactive', on }]], 'The disabled key of a is deleted on 15 Jan'],
  [[['a', { action: 'restore-secret' }]], 'Action needed: switch a to its new key'],
  [[['a', { action: 'remove-orphan' }]], 'Unfinished keys removed: a'],
  [[failed], 'Failed: not everything could be done for eve'],
  [[failed, ['a', { on }]], 'Failed: not everything could be done for eve; action needed by 15 Jan: switch a to its new key'],
  [[failed, blocked, ['a', { on }]], 'Failed: not everything could be done for eve; action needed by 15 Jan: switch a to its new key'],
  [
    [failed, blocked, ['a', { action: 'warn', step: 'disable', on: '2027-01-06T00:00:00.000Z', ...NEW }]],
    'Failed: not everything could be done for eve; action needed by 6 Jan: switch a to its new key',
  ],
  [[failed, blocked], 'Failed: not everything could be done for eve; action needed: a key of mallory cannot go on'],
  [
    [
      ['a', { action: 'blocked' }],
      ['b', { on }],
    ],
    'Action needed by 15 Jan: switch b to its new key',
  ],
  [
    [
      ['a', { action: 'blocked' }],
      ['b', { action: 'delete' }],
    ],
    'Action needed: a key of a cannot go on',
  ],
])('%j: %s', (told, expected) => {
  expect(headline(...told)).toBe(expected);
});

it('leaves room in the subject, however long a name is', () => {
  expect(headline(['x'.repeat(5_000), { on }]).length).toBeLessThan(150);
});
