import { budgetOf } from '../../../lambda/core/budget';

it('lets each action happen as often as its limit says', () => {
  const budget = budgetOf({ rotate: 2, disable: 1 });
  expect([1, 2, 3, 4].map(() => budget.take('rotate'))).toEqual([true, true, false, false]);
  expect([1, 2].map(() => budget.take('disable'))).toEqual([true, false]);
});

it('never refuses an action without a limit', () => {
  const budget = budgetOf({ rotate: 1 });
  expect(Array.from({ length: 100 }, () => budget.take('delete'))).not.toContain(false);
  expect(budget.take('notify')).toBe(true);
});

it('is each run’s own', () => {
  const limits = { rotate: 1 };
  budgetOf(limits).take('rotate');
  expect(budgetOf(limits).take('rotate')).toBe(true);
});

it('takes back what was not done, and makes no limit where there is none', () => {
  const budget = budgetOf({ rotate: 1 });
  budget.take('rotate');
  budget.giveBack('rotate');
  budget.giveBack('delete');
  expect([1, 2].map(() => budget.take('rotate'))).toEqual([true, false]);
  expect([1, 2].map(() => budget.take('delete'))).toEqual([true, true]);
});
