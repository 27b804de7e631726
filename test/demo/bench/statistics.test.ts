import { spreadOf } from '../../../demo/bench/statistics';

describe('spread of times', () => {
  it.each([
    [[7], { median: 7, least: 7, most: 7 }],
    [[30, 10, 20], { median: 20, least: 10, most: 30 }],
    [[100, 9, 20, 10], { median: 15, least: 9, most: 100 }],
  ])('of %j', (values, expected) => {
    expect(spreadOf(values)).toEqual(expected);
  });

  it('of nothing is an error', () => {
    expect(() => spreadOf([])).toThrow('no numbers to sum up');
  });
});
