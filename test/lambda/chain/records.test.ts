import { recordsOf, RecordsHash } from '../../../lambda/chain/records';
import { sha256 } from '../../../lambda/chain/hash';
import { parseResult } from '../../../lambda/runs/schemas';
import { ACCOUNT, NEW, NOW, OLD } from '../../helpers/facts';
import { accountResult, action, userResult } from '../../helpers/results';

const RUN = '20261121T020000Z-1234abcd';
const read = (overrides: Parameters<typeof accountResult>[0]) => parseResult(JSON.stringify(accountResult(overrides)));
const common = { runId: RUN, account: ACCOUNT, accountName: 'Payments' };

it('gives every action with the time of its first call, and every failure', () => {
  const requests = [{ call: 'CreateAccessKey', id: 'r-1', at: '2026-11-21T02:00:01.000Z' }];
  const users = [userResult('alice', action({ successorId: NEW, requests }), action({ action: 'wait', reason: 'nothing is due' }))];
  const failures = [{ step: 'remember', error: 'AccessDenied', message: 'not authorized' }];
  const result = read({ users, failures });
  expect(recordsOf(RUN, result)).toEqual([
    {
      ...common,
      ...{ time: requests[0]!.at, mode: 'enforcing', kind: 'action', user: 'alice', accessKeyId: OLD, action: 'rotate', outcome: 'done' },
      ...{ reason: 'it is 95 days old', successorId: NEW, requests },
    },
    {
      ...common,
      ...{ time: NOW.toISOString(), mode: 'enforcing', kind: 'action', user: 'alice', accessKeyId: OLD, action: 'wait', outcome: 'done' },
      ...{ reason: 'nothing is due', successorId: '', requests: [] },
    },
    {
      ...common,
      ...{ time: NOW.toISOString(), mode: 'enforcing', kind: 'failure', user: '', accessKeyId: '', action: 'remember', outcome: 'failed' },
      ...{ reason: 'AccessDenied: not authorized', successorId: '', requests: [] },
    },
  ]);
});

it('marks what a DryRun planned', () => {
  const [record] = recordsOf(RUN, read({ dryRun: true, users: [userResult('alice', action({ outcome: 'planned' }))] }));
  expect(record).toMatchObject({ mode: 'dry run', outcome: 'planned' });
});

it('reads results of versions without request ids, and without the time of their end', () => {
  const { finishedAt, ...older } = accountResult({ users: [userResult('alice', action())] });
  expect(finishedAt).not.toBe('');
  expect(recordsOf(RUN, parseResult(JSON.stringify(older)))).toMatchObject([{ time: '', requests: [] }]);
});

it('has members in an order that hashes of stored entries depend on', () => {
  const [record] = recordsOf(RUN, read({ users: [userResult('alice', action())] }));
  expect(Object.keys(record ?? {})).toEqual(
    'runId time mode account accountName kind user accessKeyId action outcome reason successorId requests'.split(' '),
  );
});

it('hashes records in their order, one line each', () => {
  const hash = new RecordsHash();
  for (const one of [{ a: 1 }, { b: 2 }]) hash.add(one);
  expect(hash.done()).toEqual({ records: 2, recordsSha256: sha256('{"a":1}\n{"b":2}\n') });
});
