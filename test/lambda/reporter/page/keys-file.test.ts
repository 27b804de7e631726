import { parse } from 'csv-parse/sync';
import { KeyTable } from '../../../../lambda/reporter/page/key-table';
import type { RecordedUser } from '../../../../lambda/runs/schemas';
import { daysAgo, NOW } from '../../../helpers/facts';
import { inventoryOf, recordedKey, recordedUser } from './factories';

const SUCCESSOR = 'AKIASUCCESSOR0000001';
const read = (table: KeyTable) => parse<Record<string, string>>(table.file.bytes(), { columns: true });
function tableOf(...users: RecordedUser[]): KeyTable {
  const table = new KeyTable(NOW);
  table.add({ id: '111111111111', name: 'One' }, inventoryOf(...users));
  return table;
}

it('has all that is known of a key', () => {
  const key = recordedKey(95, { keyId: 'AKIAOLD', successorId: SUCCESSOR, step: 'disable', on: '2026-11-26T00:00:00.000Z' });
  const fresh = recordedKey(4, { keyId: SUCCESSOR, issued: true, fetched: daysAgo(2).toISOString() });
  expect(read(tableOf(recordedUser('alice', [key, fresh], { owner: 'team@acme.example' })))).toMatchObject([
    {
      account: '111111111111',
      'account name': 'One',
      user: 'alice',
      owner: 'team@acme.example',
      'access key': 'AKIAOLD',
      status: 'Active',
      created: '2026-08-18',
      'age in days': '95',
      policy: 'within policy',
      use: 'used',
      'last used': '2026-11-20',
      'last used for': 's3, eu-west-1',
      'next step': 'disable',
      on: '2026-11-26',
      successor: SUCCESSOR,
      'secret fetched': '2026-11-19',
      note: 'used after its successor',
    },
    { 'access key': SUCCESSOR, 'secret fetched': '2026-11-19', note: '' },
  ]);
});

it('has no formula and no torn line, whatever users are called', () => {
  const table = new KeyTable(NOW);
  table.add({ id: '1', name: '=cmd' }, inventoryOf(recordedUser('+a","b"\r\n', [{ status: 'Inactive' }], { owner: '@x' })));
  expect(read(table)).toMatchObject([
    { 'account name': "'=cmd", user: `'+a","b"\r\n`, owner: "'@x", status: 'Inactive', created: '', on: '' },
  ]);
});

it('has its head alone when there is no key', () => {
  const csv = new KeyTable(NOW).file.bytes().toString();
  expect(csv).toMatch(/^"account","account name",.*"note"\r\n$/);
  expect(csv.split('\r\n')).toHaveLength(2);
});

it('has every line, however many there are', () => {
  const users = Array.from({ length: 2_500 }, (_, number) => recordedUser(`user-${number}`, [recordedKey(5)]));
  expect(read(tableOf(...users)).map(({ user }) => user)).toEqual(users.map(({ user }) => user));
});
