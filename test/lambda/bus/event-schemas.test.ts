import { Ajv } from 'ajv';
import { DETAIL_TYPES, detailTypeOf } from '../../../lambda/bus/detail-types';
import { EVENT_ACTIONS, EVENT_SCHEMAS, type EventKind } from '../../../lambda/bus/event-schemas';
import { jsonSchemaOf } from '../../../lib/documents/json-schema';
import { kindOf } from '../../helpers/bus-events';

const KINDS = Object.keys(EVENT_SCHEMAS) as EventKind[];
const validator = (kind: EventKind) => new Ajv({ formats: { 'date-time': true } }).compile(jsonSchemaOf(EVENT_SCHEMAS[kind]));
const overdue = {
  version: 1,
  id: 'run-1/111122223333/alice/AKIA/overdue',
  runId: 'run-1',
  at: '2026-11-21T02:00:00.000Z',
  account: '111122223333',
  accountName: 'Payments',
  dryRun: false,
  user: 'alice',
  userArn: 'arn:aws:iam::111122223333:user/alice',
  keyId: 'AKIA',
  key: { status: 'Active', created: '2026-01-01T00:00:00.000Z', ageDays: 300 },
  reason: 'two active keys',
};

it.each(KINDS)('is a JSON Schema that a strict validator takes: %s', (kind) => {
  expect(() => validator(kind)).not.toThrow();
});

it('takes an event, and one with a field of a later version', () => {
  const valid = validator('overdue');
  expect([valid(overdue), valid({ ...overdue, later: true })]).toEqual([true, true]);
});

it.each([
  ['another version', { version: 2 }],
  ['an account that is none', { account: '1234' }],
  ['no key', { key: undefined }],
  ['a state that IAM does not have', { key: { ...overdue.key, status: 'active' } }],
])('refuses %s', (_, change) => {
  expect(validator('overdue')({ ...overdue, ...change })).toBe(false);
  expect(EVENT_SCHEMAS.overdue.safeParse({ ...overdue, ...change }).success).toBe(false);
});

it('knows the kind of each event by its detail-type', () => {
  expect(EVENT_ACTIONS.map((action) => kindOf(detailTypeOf(action)))).toEqual(EVENT_ACTIONS.map(() => 'action'));
  expect(Object.values(DETAIL_TYPES).map(kindOf)).toEqual(Object.keys(DETAIL_TYPES));
  expect(['access key wait', 'access key', 'x'].map(kindOf)).toEqual([undefined, undefined, undefined]);
});

it('says of every schema what it is for', () => {
  for (const kind of KINDS)
    expect(jsonSchemaOf(EVENT_SCHEMAS[kind])).toMatchObject({ description: expect.stringMatching(/\.$|"$/) as string });
});
