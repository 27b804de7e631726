import { repeat } from '../../../demo/bench/part';

describe('repeating', () => {
  it('runs so many times and gives every answer', async () => {
    await expect(repeat(3, (run) => Promise.resolve(run))).resolves.toEqual([0, 1, 2]);
  });

  it('stops once the runs have taken long enough, after one at least', async () => {
    const clock = jest.spyOn(performance, 'now');
    clock.mockReturnValueOnce(0).mockReturnValueOnce(15_000).mockReturnValueOnce(30_000);
    await expect(repeat(9, () => Promise.resolve('done'))).resolves.toEqual(['done', 'done']);
    clock.mockRestore();
  });
});
