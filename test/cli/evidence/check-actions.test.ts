import { writeFileSync } from 'node:fs';
import { packsForTests, type Copy } from './packs';

const packs = packsForTests();
let copy: Copy;
beforeEach(() => {
  copy = packs().copy();
});

it('a word of a reason in actions.json: names account, run and entry', async () => {
  const [first] = copy.lines();
  copy.change('actions.json', (text) => text.replace('"outcome":"done"', '"outcome":"none"'));
  expect(await copy.wrong()).toEqual([
    expect.stringContaining('actions.csv: record 1 is not the one of actions.json: rotate of alice (AKIAOLD0000000000001), account '),
    `actions.json: a record of account ${first!.account} in run ${first!.runId} (entry ${first!.entry}) was changed`,
  ]);
});

it('an action is taken out of both files: names account, run and entry', async () => {
  const [first] = copy.lines();
  copy.change('actions.json', (text) => text.split('\n').toSpliced(1, 1).join('\n'));
  copy.change('actions.csv', (text) => text.split('\r\n').toSpliced(1, 1).join('\r\n'));
  expect(await copy.wrong()).toEqual([
    `actions.json: account ${first!.account} in run ${first!.runId} (entry 1) has 2 records, and the chain has 3`,
  ]);
});

it('an action is put in, of an account that had none: names it', async () => {
  const last = { ...copy.lines().at(-1)!, account: '333333333333' };
  copy.change('actions.json', (text) => text.replace(/\n\]\n$/, `,\n${JSON.stringify(last)}\n]\n`));
  expect(await copy.wrong()).toEqual(
    expect.arrayContaining([
      `actions.json: account 333333333333 in run ${last.runId} (entry ${last.entry}) has 1 records, and the chain has none`,
    ]),
  );
});

it('all actions are taken out: names every account that had some', async () => {
  const groups = new Set(copy.lines().map(({ entry, account }) => `${entry}/${account}`));
  writeFileSync(copy.path('actions.json'), '[\n]\n');
  copy.change('actions.csv', (text) => `${text.split('\r\n')[0] ?? ''}\r\n`);
  const found = await copy.wrong();
  expect(found).toHaveLength(groups.size);
  expect(found[0]).toMatch(/^actions.json: the \d+ records of account \d{12} in run \S+ \(entry 1\) are missing$/);
});

const exchanged = (text: string, end: string, from: number): string => {
  const all = text.split(end);
  return all.toSpliced(from, 2, all[from + 1]!, all[from]!).join(end);
};
/** Where a record is followed by one of another account. */
const border = (): number =>
  copy.lines().findIndex(({ entry, account }, place, all) => entry === all[place + 1]?.entry && account !== all[place + 1]?.account);

it('records of two accounts are exchanged, in both files: they are in two places', async () => {
  const at = border();
  expect(at).toBeGreaterThanOrEqual(0);
  copy.change('actions.json', (text) => exchanged(text, '\n', at + 1));
  copy.change('actions.csv', (text) => exchanged(text, '\r\n', at + 1));
  expect(await copy.wrong()).toEqual(expect.arrayContaining([expect.stringMatching(/actions.json: the records of .* are in two places/)]));
});

it('two accounts are exchanged as a whole, in both files: they are not in the order of the chain', async () => {
  const lines = copy.lines();
  const [of2, of3] = [2, 3].map((number) => lines.filter(({ entry }) => entry === number));
  const order = [...lines.filter(({ entry }) => entry < 2), ...of3!, ...of2!, ...lines.filter(({ entry }) => entry > 3)];
  writeFileSync(copy.path('actions.json'), `[\n${order.map((line) => JSON.stringify(line)).join(',\n')}\n]\n`);
  expect(await copy.wrong()).toEqual(
    expect.arrayContaining([expect.stringMatching(/actions.json: the records of .* are not in the order of the chain/)]),
  );
});

it.each([
  ['actions.csv', 'x', 'actions.csv: it goes on after its last record'],
  ['actions.json', 'x', /actions.json: line \d+ was changed, it is no record any more/],
])('something is added to %s', async (name, what, finding) => {
  copy.change(name, (text) => `${text}${what}`);
  expect(await copy.wrong()).toEqual([typeof finding === 'string' ? finding : expect.stringMatching(finding)]);
});

it('the end of actions.json is missing', async () => {
  copy.change('actions.json', (text) => text.slice(0, -1));
  expect(await copy.wrong()).toEqual(['actions.json: its end is missing']);
});

it('the first line of actions.csv is another one', async () => {
  copy.change('actions.csv', (text) => text.replace('entry', 'Entry'));
  expect(await copy.wrong()).toEqual(['actions.csv: its first line was changed']);
});
