import { csvStream, jsonStream } from '../../../cli/base/output-stream';

let out = '';
let isSlow = false;
beforeEach(() => {
  [out, isSlow] = ['', false];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return !isSlow;
  });
});
afterEach(() => jest.restoreAllMocks());

it.each([
  [[]],
  [[{ id: 1 }]],
  [
    [
      { id: 1, keys: ['a', 'b'] },
      { id: 2, text: 'a\nb, "c"' },
    ],
  ],
])('writes the same JSON as if everything had been there at once: %j', async (items) => {
  const stream = await jsonStream({ at: 'now', nested: { a: 1 } }, 'accounts');
  for (const item of items) await stream.add(item, []);
  await stream.end({ due: 3, notes: [] }, []);
  expect(out).toBe(`${JSON.stringify({ at: 'now', nested: { a: 1 }, accounts: items, due: 3, notes: [] }, null, 2)}\n`);
});

it('writes records as CSV under one head', async () => {
  const stream = await csvStream(['id', 'is', 'text']);
  await stream.add({}, []);
  await stream.add({}, [{ id: 1, is: true, text: 'a,b' }]);
  await stream.end({}, [{ id: 2, is: false, text: null }]);
  expect(out).toBe('id,is,text\n1,true,"a,b"\n2,false,\n');
});

it('waits for a slow reader', async () => {
  const stream = await csvStream(['id']);
  isSlow = true;
  let isWritten = false;
  const writing = stream.add({}, [{ id: 1 }]).then(() => (isWritten = true));
  await new Promise(setImmediate);
  expect(isWritten).toBe(false);
  process.stdout.emit('drain');
  await writing;
  expect(isWritten).toBe(true);
});
