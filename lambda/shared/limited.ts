import pLimit from 'p-limit';

/** Runs `work` for every item, at most `concurrency` at a time, and gives the answers in the items' order; the first error wins. */
export async function limited<T, R>(concurrency: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const limit = pLimit(concurrency);
  return Promise.all(items.map((item) => limit(() => work(item))));
}
