import { parseUndelivered } from '../../../lambda/runs/undelivered';

const record = { id: 'm1', kind: 'Reject', reason: 'Bad content', to: ['a@x.io'], sent: '2026-01-05T02:00:01.000Z' };

it('reads a record, and passes over what later versions add', () => {
  expect(parseUndelivered(JSON.stringify({ ...record, more: true }))).toEqual(record);
});

it.each(['', '[]', '{}', JSON.stringify({ ...record, to: 'a@x.io' })])('throws for what is none: %s', (text) => {
  expect(() => parseUndelivered(text)).toThrow();
});
