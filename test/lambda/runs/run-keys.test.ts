import { CHECKS, checkKey } from '../../../lambda/runs/run-keys';

it('keeps checks apart from runs, one object per account', () => {
  expect(checkKey('run-1', '111122223333')).toBe('checks/run-1/111122223333.json');
  expect(checkKey('run-1', '111122223333').startsWith(CHECKS)).toBe(true);
  expect(CHECKS).not.toMatch(/^runs/);
});
