import { overdueKeys } from '../../../lambda/rotator/overdue';
import { NEW, OLD } from '../../helpers/facts';
import { accountResult, action, userResult } from '../../helpers/results';

const key = (keyId: string, ageDays: number, status: 'Active' | 'Inactive' = 'Active') => ({
  keyId,
  status,
  ageDays,
  created: '2026-01-01T00:00:00Z',
});
const failed = (error: string) => [{ user: 'alice', keyId: OLD, step: 'announce', error, message: `${error} says why` }];
const blocked = action({ action: 'blocked', reason: 'two active keys' });
const overdue = (user: ReturnType<typeof userResult>, keys: ReturnType<typeof key>[], failures: ReturnType<typeof failed> = []) =>
  overdueKeys(accountResult({ users: [{ ...user, keys }], failures }), { unit: 'days', days: 100 });

it('names the key with the reason why it stays active', () => {
  expect(overdue(userResult('alice', blocked), [key(OLD, 100), key(NEW, 400)])).toEqual([
    { user: 'alice', keyId: OLD, reason: 'two active keys' },
  ]);
});

it.each([
  ['is a day younger', userResult('alice', blocked), key(OLD, 99)],
  ['is inactive', userResult('alice', blocked), key(OLD, 400, 'Inactive')],
  ['was rotated', userResult('alice', action()), key(OLD, 400)],
  ['was blocked in a DryRun only', userResult('alice', { ...blocked, outcome: 'planned' }), key(OLD, 400)],
])('does not name one that %s', (_, user, seen) => {
  expect(overdue(user, [seen])).toEqual([]);
});

it.each([
  ['NobodyToldError', 100, ['NobodyToldError says why']],
  ['NobodyToldError', 99, []],
  ['StepPutOffError', 10, ['StepPutOffError says why']],
  ['AccessDenied', 400, []],
])('after %s at %d days: %j', (error, ageDays, reasons) => {
  expect(overdue(userResult('alice', action()), [key(OLD, ageDays)], failed(error)).map(({ reason }) => reason)).toEqual(reasons);
});
