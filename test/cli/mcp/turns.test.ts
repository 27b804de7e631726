import { inTurn } from '../../../cli/mcp/turns';

it('begins a change when the one before has ended, also when that failed', async () => {
  const turns = inTurn();
  const said: string[] = [];
  const first = turns(async () => {
    await Promise.resolve();
    said.push('first');
    throw new Error('no');
  });
  const second = turns(() => Promise.resolve(said.push('second')));
  await expect(first).rejects.toThrow('no');
  expect(await second).toBe(2);
  expect(said).toEqual(['first', 'second']);
});
