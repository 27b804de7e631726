import { storedAudit } from '../../../../cli/rotation/operations/stored-audit';
import type { AuditLimits } from '../../../../cli/rotation/operations/audit';
import type { RecordedKey, RecordedUser } from '../../../../lambda/runs/schemas';

const NOW = new Date('2026-06-10T12:00:00Z');
const OLD: RecordedKey = { keyId: 'AKIAOLD', status: 'Active', created: '2026-01-01T00:00:00.000Z', lastUsed: '2026-06-01T00:00:00.000Z' };
const days = (count: number) => ({ unit: 'days', days: count }) as const;

function judged(user: Partial<RecordedUser>, limits: AuditLimits = {}) {
  const users = [{ user: 'alice', keys: [OLD], ...user }];
  const inventory = { policy: { rotateMs: 1, disableMs: 2, deleteMs: 3 }, users };
  const record = { account: '111111111111', name: 'One', runId: 'run-1', asOf: '2026-06-10T02:00:00.000Z', dryRun: false, inventory };
  return storedAudit(record, limits, NOW).users[0]!;
}

it.each([
  ['a step of an earlier day', { step: 'rotate', on: '2026-06-09T00:00:00.000Z' }, true],
  ['a step of today', { step: 'disable', on: '2026-06-10T00:00:00.000Z' }, true],
  ['a step of tomorrow', { step: 'delete', on: '2026-06-11T00:00:00.000Z' }, false],
  ['no step', {}, false],
] as const)('a key with %s is due: %s', (_, step, due) => {
  const [key] = judged({ keys: [{ ...OLD, ...step }] }).keys;
  expect(key?.due).toBe(due);
  expect([key?.next?.action, key?.next?.at]).toEqual('step' in step ? [step.step, step.on] : [undefined, undefined]);
});

it.each([
  ['old', OLD, { olderThan: days(160) }, ['older than 160d']],
  ['not so old', OLD, { olderThan: days(161) }, []],
  ['used lately', OLD, { unusedFor: days(45) }, []],
  ['never used', { ...OLD, lastUsed: 'never' }, { unusedFor: days(45) }, ['unused for 45d']],
  ['of unknown use', { ...OLD, lastUsed: undefined }, { unusedFor: days(45) }, ['unused for 45d']],
  ['inactive', { ...OLD, status: 'Inactive' }, { olderThan: days(1) }, []],
  ['of unknown age', { keyId: 'AKIAOLD', status: 'Active' }, { olderThan: days(1) }, []],
] as const)('a key that is %s is held against limits', (_, key, limits, beyond) => {
  expect(judged({ keys: [JSON.parse(JSON.stringify(key)) as RecordedKey] }, limits).keys[0]?.beyond).toEqual(beyond);
});

it('says of whoever is exempt by what, and holds nothing against them', () => {
  const exemption = { by: 'group', exempt: true, until: '2026-12-31', since: '2026-01-01T00:00:00.000Z' } as const;
  const due = { ...OLD, step: 'rotate', on: '2026-01-01T00:00:00.000Z' } as const;
  expect(judged({ exemption, keys: [due] }, { olderThan: days(1) })).toMatchObject({
    exempt: 'by group until 2026-12-31',
    keys: [{ due: false, beyond: [] }],
  });
  expect(judged({ exemption: { ...exemption, exempt: false }, keys: [due] })).toMatchObject({ exempt: null, keys: [{ due: true }] });
});

it('shows what is not recorded as unknown', () => {
  const keys = [{ status: 'Active' } as const, { ...OLD, lastUsed: 'never' }];
  expect(judged({ owner: 'owner@example.com', keys })).toMatchObject({
    owner: 'owner@example.com',
    keys: [
      { keyId: null, created: null, ageDays: null, lastUsed: null, next: null },
      { keyId: 'AKIAOLD', ageDays: 160, lastUsed: 'never' },
    ],
  });
});
