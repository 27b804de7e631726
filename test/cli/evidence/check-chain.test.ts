import { generateKeyPairSync } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { signedText } from '../../../lambda/chain/entry';
import { entryOf, Packs, packsForTests, sha256Of, SIGNER, type Copy } from './packs';
import { verifyPack } from '../../../cli/evidence/verify-pack';

const packs = packsForTests();
let copy: Copy;
beforeEach(() => {
  copy = packs().copy();
});

it('nothing is wrong with a copy, and it says which entries it has, until when, and by which key they are signed', async () => {
  const { wrong, notes, first, last, until, signed } = await verifyPack(copy.folder);
  expect({ wrong, notes, first, last, until }).toEqual({ wrong: [], notes: [], first: 1, last: 6, until: '2026-01-26T04:00:00.001Z' });
  const der = packs().publicKey.export({ type: 'spki', format: 'der' });
  expect(signed).toEqual({ key: SIGNER, fingerprint: sha256Of(der) });
});

it('one digit of an entry: names that entry', async () => {
  copy.change(entryOf(2), (text) => text.replace(/("at":"2026-01-0)6/, '$15'));
  expect(await copy.wrong()).toEqual(
    expect.arrayContaining([
      'chain/000000002.jsonl was changed: entry 3 was written after another one',
      'the signature of entry 2 is forged, the entry was changed, or another key signed it',
    ]),
  );
});

it('one digit of the newest entry: its signature does not fit', async () => {
  copy.change(entryOf(6), (text) => text.replace('"dispatched":3', '"dispatched":4'));
  expect(await copy.wrong()).toEqual(['the signature of entry 6 is forged, the entry was changed, or another key signed it']);
});

it('an entry that is none any more', async () => {
  copy.change(entryOf(3), (text) => text.slice(1));
  expect(await copy.wrong()).toEqual(
    expect.arrayContaining([expect.stringContaining('chain/000000003.jsonl was changed: it is no entry any more')]),
  );
});

it.each([
  [[4], 'entry 4 is missing: the chain goes from entry 3 to entry 5'],
  [[3, 4], 'entries 3 to 4 are missing: the chain goes from entry 2 to entry 5'],
])('runs are taken away (entries %j): names the gap', async (numbers, finding) => {
  for (const number of numbers) rmSync(copy.path(entryOf(number)));
  expect(await copy.wrong()).toEqual(expect.arrayContaining([finding]));
});

it('two entries are exchanged: names both', async () => {
  renameSync(copy.path(entryOf(2)), copy.path('x'));
  renameSync(copy.path(entryOf(3)), copy.path(entryOf(2)));
  renameSync(copy.path('x'), copy.path(entryOf(3)));
  expect(await copy.wrong()).toEqual([
    'chain/000000002.jsonl holds entry 3: entries were exchanged or renamed',
    'chain/000000003.jsonl holds entry 2: entries were exchanged or renamed',
  ]);
});

it('an entry is there twice, and another file lies beside the entries', async () => {
  writeFileSync(copy.path(entryOf(7)), copy.text(entryOf(6)));
  writeFileSync(copy.path('chain/notes.txt'), '');
  expect(await copy.wrong()).toEqual([
    'chain/notes.txt is no file of the chain',
    'chain/000000007.jsonl holds entry 6: entries were exchanged or renamed',
    'entry 6 is there twice: chain/000000006.jsonl and chain/000000007.jsonl',
  ]);
});

it('the newest entry is changed and signed by another key, which replaces the one in the pack: the key from elsewhere tells', async () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  copy.change(entryOf(6), (text) => {
    const [line = '', second = ''] = text.replace('"dispatched":3', '"dispatched":4').split('\n');
    const signature = packs().signature(signedText(line), other.privateKey);
    return `${line}\n${JSON.stringify({ ...(JSON.parse(second) as object), signature })}\n`;
  });
  const forged = 'the signature of entry 6 is forged, the entry was changed, or another key signed it';
  expect(await copy.wrong()).toEqual([forged]);
  const genuine = packs().copy().path('public-key.pem');
  writeFileSync(copy.path('public-key.pem'), other.publicKey.export({ type: 'spki', format: 'pem' }));
  expect(await copy.wrong()).not.toContain(forged);
  expect(await copy.wrong(genuine)).toEqual(['public-key.pem is another key than the one of --public-key', forged]);
});

it('the signature of the newest entry is taken away', async () => {
  copy.change(entryOf(6), (text) => `${text.split('\n')[0] ?? ''}\n`);
  expect(await copy.wrong()).toEqual([
    'the newest entry, 6, is not signed, entry 5 is: its signature was taken away, or the setting evidenceKey was',
  ]);
});

it('the newest entry names another key than the one that signed it', async () => {
  copy.change(entryOf(6), (text) => text.replace(SIGNER, `${SIGNER}x`));
  expect(await copy.wrong()).toEqual([
    `entry 6 says that ${SIGNER}x signed it, entry 5 names ${SIGNER}, and both are signed by one key: a name was changed, or the setting evidenceKey was`,
  ]);
});

it('the key is taken away', async () => {
  rmSync(copy.path('public-key.pem'));
  expect(await copy.wrong()).toEqual(['the newest entry is signed, but public-key.pem is missing: give the key as --public-key']);
});

it('a chain that is not signed shows what was changed in part, and says that this is all', async () => {
  const folder = await Packs.unsigned();
  const { wrong, notes, signed } = await verifyPack(folder);
  expect([wrong, signed]).toEqual([[], undefined]);
  expect(notes).toEqual(['The chain is not signed: it shows what was changed in part, not that all of it was written anew.']);
});
