import { rmSync, writeFileSync } from 'node:fs';
import { verifyAndShow } from '../../../cli/evidence/verify-and-show';
import { entryOf, packsForTests, SECOND_RUN, SIGNER } from './packs';

const packs = packsForTests();

/** What verifying says, with one space between words, and each finding on a line of its own. */
async function shown(verify: string): Promise<{ out: string; exitCode: number }> {
  let out = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  try {
    const exitCode = await verifyAndShow({ verify });
    return { out: out.replaceAll(/\s+(?!- )/g, ' '), exitCode };
  } finally {
    spy.mockRestore();
  }
}

it('a genuine pack: what it has, and the key that signed it', async () => {
  const { out, exitCode } = await shown(packs().pack);
  expect(exitCode).toBe(0);
  expect(out).toContain(
    `Nothing was changed: ${packs().written.records} actions and failures of 4 runs in 3 accounts, 2026-01-05 to 2026-01-25;`,
  );
  expect(out).toContain('entries 1 to 6 of the chain, the newest of 2026-01-26T04:00:00.001Z.');
  expect(out).toMatch(new RegExp(`Signed by ${SIGNER}; SHA-256 of the public key: [0-9a-f]{64}`));
});

it('a changed pack: what was changed, and no more than anybody reads', async () => {
  const copy = packs().copy();
  rmSync(copy.path(entryOf(4)));
  for (let number = 0; number < 40; number += 1) writeFileSync(copy.path(`chain/note-${number}`), '');
  const { out, exitCode } = await shown(copy.folder);
  expect(exitCode).toBe(1);
  expect(out).toMatch(/^CHANGED: /);
  expect(out.match(/^- chain\/note-/gm)).toHaveLength(20);
  expect(out).toMatch(/^- and \d+ more /m);
});

it('a pack that was not whole when it was made: what is missing, and no word of a change', async () => {
  const key = `runs/${SECOND_RUN}/111111111111.json`;
  const result = packs().objects.get(key)!;
  packs().objects.delete(key);
  packs().answer('20260116T020000Z-abcdef01', 1, {});
  await packs().write('incomplete');
  packs().objects.set(key, result);
  const { out, exitCode } = await shown(`${packs().folder}/incomplete`);
  expect(exitCode).toBe(1);
  expect(out).toMatch(/^Nothing was changed: /);
  expect(out).toContain('Missing when the pack was made: account 111111111111 of entry 4 (its result is not in the bucket any more');
  expect(out).toContain('Runs of the period in no entry: 20260116T020000Z-abcdef01.');
});
