import { limited } from '../../../lambda/shared/limited';

it('gives the answers in the items’ order, whatever order they come in', async () => {
  const waits = [3, 1, 2];
  const answers = await limited(3, waits, async (wait) => {
    for (let tick = 0; tick < wait; tick++) await Promise.resolve();
    return wait * 10;
  });
  expect(answers).toEqual([30, 10, 20]);
});

it.each([1, 3])('never works on more than %d at a time', async (concurrency) => {
  let [running, most] = [0, 0];
  await limited(concurrency, Array.from({ length: 20 }), async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
  });
  expect(most).toBe(concurrency);
});

it('fails with the first error', async () => {
  await expect(limited(2, [1, 2, 3], (item) => (item === 2 ? Promise.reject(new Error('two')) : Promise.resolve()))).rejects.toThrow('two');
});

it('is at once done with nothing', async () => {
  await expect(limited(5, [], () => Promise.reject(new Error('never')))).resolves.toEqual([]);
});
