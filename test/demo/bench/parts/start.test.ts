import { startTable } from '../../../../demo/bench/parts/start';

it('shows what a function takes beyond an empty handler', () => {
  const one = (name: string, median: number) => ({
    name,
    milliseconds: [median],
    time: { median, least: median, most: median },
    memory: 2 ** 20,
  });
  expect(startTable([one('empty handler', 40), one('rotator', 240)]).rows).toEqual([
    ['empty handler', '40 ms', '1', '', '1.0 MiB'],
    ['rotator', '240 ms', '1', '200 ms', '1.0 MiB'],
  ]);
});
