import { isEnding, isLastDay, mostUrgent, useOf } from '../../../lambda/mail/urgency';
import { action, keyFacts } from './factories';

const NOW = new Date('2026-11-21T02:00:00.000Z');
const waiting = action({ successorSince: '2026-11-12T02:00:00.000Z', successorFetched: '2026-11-19T00:00:00.000Z' });

it.each([
  ['in-use', { lastUsed: '2026-11-19T06:45:00.000Z' }, waiting],
  ['before', { lastUsed: '2026-11-12T01:00:00.000Z' }, waiting],
  ['fetching', { lastUsed: '2026-11-19T06:45:00.000Z', lastUsedService: 'secretsmanager' }, waiting],
  ['in-use', { lastUsed: '2026-11-20T06:45:00.000Z', lastUsedService: 'secretsmanager' }, waiting],
  ['in-use', { lastUsed: '2026-11-14T00:00:00.000Z' }, action()],
  ['before', { lastUsed: '2026-11-13T00:00:00.000Z' }, action()],
  ['never', { lastUsed: 'never' }, waiting],
] as const)('%s: %j', (use, key, result) => {
  expect(useOf(keyFacts(key), result, NOW)).toBe(use);
});

it('is not known when nobody asked', () => {
  const { keyId, status, created, ageDays } = keyFacts();
  expect(useOf({ keyId, status, created, ageDays }, waiting, NOW)).toBe('unknown');
});

it.each([
  ['2026-11-22T00:00:00.000Z', true],
  ['2026-11-22T02:00:00.001Z', false],
  ['2026-11-21T02:00:00.000Z', false],
  [undefined, false],
])('whether %s is tomorrow at the latest: %s', (on, expected) => {
  expect(isLastDay(on, NOW)).toBe(expected);
});

it('takes the most urgent of several', () => {
  expect([mostUrgent(['info', 'act', 'outage']), mostUrgent([])]).toEqual(['outage', 'info']);
});

it.each([
  [true, { action: 'announce' }],
  [true, { action: 'notify' }],
  [true, { action: 'hold' }],
  [true, { action: 'disable' }],
  [true, { action: 'warn', step: 'disable' }],
  [true, { action: 'note-reenabled' }],
  [true, { action: 'follow-rename' }],
  [false, { action: 'warn', step: 'rotate' }],
  [false, { action: 'warn', step: 'delete' }],
  [false, { action: 'rotate' }],
  [false, { action: 'delete' }],
] as const)('%s: a key about which %j is about to stop working, or has stopped', (ending, result) => {
  expect(isEnding(action(result))).toBe(ending);
});
