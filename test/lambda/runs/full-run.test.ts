import { isFull } from '../../../lambda/runs/full-run';
import type { StoredManifest } from '../../../lambda/runs/schemas';

const manifest: StoredManifest = { runId: 'run-1', startedAt: '', dryRun: false, accounts: [], skipped: [], failed: [] };
const skipped = (code: 'not-asked-for' | 'excluded-account' | undefined) => [{ account: '111111111111', name: '', code, reason: '' }];

it.each([
  ['nobody was left out', {}, true],
  ['settings left out accounts', { skipped: skipped('excluded-account') }, true],
  ['an older version does not say why', { skipped: skipped(undefined) }, true],
  ['accounts were asked for', { skipped: skipped('not-asked-for') }, false],
  ['one user was rotated by force', { forceRotate: 'alice' }, false],
])('a run is one of all accounts: %s', (_, more, expected) => {
  expect(isFull({ ...manifest, ...more })).toBe(expected);
});
