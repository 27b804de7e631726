import { sha256 } from '../../../lambda/chain/hash';
import { provenAccount } from '../../../lambda/chain/proven-account';
import { recordsOf, RecordsHash } from '../../../lambda/chain/records';
import { parseResult } from '../../../lambda/runs/schemas';
import { ACCOUNT } from '../../helpers/facts';
import { accountResult, action, userResult } from '../../helpers/results';

const bytes = Buffer.from(JSON.stringify(accountResult({ dryRun: true, users: [userResult('alice', action())] })));

it('holds the hash of what is stored, and of the records that it gives', () => {
  const result = parseResult(bytes.toString());
  const hash = new RecordsHash();
  for (const record of recordsOf('run-1', result)) hash.add(record);
  expect(provenAccount('run-1', ACCOUNT, { bytes, etag: '"e"' }, result)).toEqual({
    ...{ account: ACCOUNT, name: 'Payments', mode: 'dry run', resultSha256: sha256(bytes), etag: '"e"' },
    ...hash.done(),
  });
});

it('proves also what cannot be read, and says why it has no records', () => {
  const unreadable = 'it is no JSON';
  expect(provenAccount('run-1', ACCOUNT, { bytes, etag: '"e"' }, { unreadable })).toMatchObject({
    ...{ name: '', mode: 'unknown', resultSha256: sha256(bytes), records: 0, unreadable },
  });
});
