import { CHECKS, checkKey, intentKey, INTENTS, MEMORY } from '../../../lambda/runs/run-keys';

it('keeps checks apart from runs, one object per account', () => {
  expect(checkKey('run-1', '111122223333')).toBe('checks/run-1/111122223333.json');
  expect(checkKey('run-1', '111122223333').startsWith(CHECKS)).toBe(true);
  expect(CHECKS).not.toMatch(/^runs/);
});

it('keeps records of intents apart from everything else, one object per intent', () => {
  expect(intentKey('111122223333', '0123abcd')).toBe('intents/111122223333/0123abcd.json');
  expect(intentKey('111122223333', '0123abcd').startsWith(INTENTS)).toBe(true);
  expect(INTENTS).not.toMatch(new RegExp(`^(runs/|${CHECKS}|${MEMORY})`));
});
