import { actionLine, isInPeriod, parseAbout, runLine, type ActionLine } from '../../../cli/evidence/pack-files';
import type { StoredEntry } from '../../../lambda/chain/entry';
import { entry } from '../../lambda/chain/factories';

const stored = (overrides: Parameters<typeof entry>[0] = {}, signed = false): StoredEntry => ({
  entry: entry(overrides),
  line: '',
  sha256: 'hash',
  ...(signed && { signature: { algorithm: 'ECDSA_SHA_256', key: 'arn', signature: '' } }),
});

it.each([
  ['20261120T235959Z-1234abcd', false],
  ['20261121T000000Z-1234abcd', true],
  ['manual-20261122T235959Z-1234abcd', true],
  ['20261123T000000Z-1234abcd', false],
])('run %s is of the period by when it began: %s', (runId, is) => {
  expect(isInPeriod(stored({ runId }), { from: '2026-11-21', to: '2026-11-22' })).toBe(is);
});

it('a run whose id has no time is of the day on which it says it began', () => {
  const odd = stored({ runId: 'run-1', startedAt: '2026-11-21T02:00:00.000Z' });
  expect(isInPeriod(odd, { from: '2026-11-21', to: '2026-11-21' })).toBe(true);
});

it('the line of a run names those who did not answer by their ids', () => {
  const sent = { dispatched: 4, silent: ['1', '2'], notDispatched: ['3'], skipped: ['4'] };
  expect(runLine(stored({ forceRotate: 'alice', sent }, true))).toBe(
    '"1","2026-11-21T04:00:00.000Z","run","20261121T020000Z-1234abcd","2026-11-21T02:00:00.000Z","enforcing","alice","4","1","1 2","3","4","","0","hash","yes"\r\n',
  );
});

it('the line of an action has every call with its request id, what was refused, and no formula', () => {
  const at = '2026-11-21T02:00:00.000Z';
  const requests = [
    { call: 'TagUser', id: 'a', at },
    { call: 'DeleteAccessKey', at, error: 'Timeout' },
  ];
  const line: ActionLine = {
    ...{ entry: 1, runId: 'r', time: at, mode: 'enforcing', account: '1', accountName: '=cmd()', kind: 'action', user: 'u' },
    ...{ accessKeyId: 'k', action: 'delete', outcome: 'done', reason: 'old', successorId: '', requests },
  };
  expect(actionLine(line)).toBe(
    `"1","r","${at}","enforcing","1","'=cmd()","action","u","k","delete","done","old","","TagUser a; DeleteAccessKey no-answer (Timeout)"\r\n`,
  );
});

it.each(['', '{}', '{"version":2}'])('what a pack says of itself is not %j', (text) => {
  expect(() => parseAbout(text)).toThrow();
});
