import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyPack } from '../../../cli/evidence/verify-pack';
import { entryOf, packsForTests } from './packs';

const packs = packsForTests();

it('counts the runs, records and accounts of the period, late answers with their run', async () => {
  const records: [number, number][] = [];
  const { runs, accounts, records: found } = await verifyPack(packs().pack, undefined, (done, total) => records.push([done, total]));
  expect({ runs, accounts, records: found }).toEqual({ runs: 4, accounts: 3, records: packs().written.records });
  expect(records).toEqual(Array.from({ length: found }, (_, number) => [number + 1, found]));
});

it.each([
  ['something is added', (text: string) => `${text}x`, 'runs.csv: it goes on after its last run'],
  ['a word is changed', (text: string) => text.replace('late', 'run'), 'runs.csv: line 3 is not what the chain says'],
  ['its end is cut off', (text: string) => text.slice(0, -40), 'runs.csv: line 6 is not what the chain says'],
])('runs.csv: %s', async (_, by, finding) => {
  const copy = packs().copy();
  copy.change('runs.csv', by);
  expect(await copy.wrong()).toEqual([finding]);
});

it('a public key that is none any more, and one that is not there', async () => {
  const copy = packs().copy();
  writeFileSync(copy.path('public-key.pem'), 'no key');
  expect(await copy.wrong()).toEqual([
    'public-key.pem was changed: it is no public key',
    'the newest entry is signed, but public-key.pem is missing: give the key as --public-key',
  ]);
  await expect(copy.wrong(copy.path('nothing.pem'))).rejects.toThrow(`--public-key: there is no file ${copy.path('nothing.pem')}`);
});

it('a folder that is no pack is refused', async () => {
  const message = `${tmpdir()} is no evidence pack: ${join(tmpdir(), 'pack.json')} is missing, or not what iam-keys evidence writes`;
  await expect(verifyPack(tmpdir())).rejects.toThrow(message);
});

it('any byte of a file that is proven', async () => {
  const copy = packs().copy();
  for (const name of ['actions.csv', 'actions.json', 'runs.csv', entryOf(1), entryOf(6), 'public-key.pem']) {
    const bytes = readFileSync(join(packs().pack, name));
    for (let at = 0; at < bytes.length; at += Math.max(1, Math.floor(bytes.length / 20))) {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 1;
      writeFileSync(copy.path(name), changed);
      const found = await copy.wrong();
      if (name !== 'public-key.pem') expect([name, at, found.length > 0]).toEqual([name, at, true]);
    }
    writeFileSync(copy.path(name), bytes);
  }
});
