import { matches, PatternError } from '../../../sandbox/services/events/pattern';

const event = { source: 'aws.ses', detail: { mail: { tags: { set: ['a', 'b'] } }, n: 1 } };

it.each<[string, Record<string, unknown>, boolean]>([
  ['a value', { source: ['aws.ses'] }, true],
  ['one of several values', { source: ['aws.s3', 'aws.ses'] }, true],
  ['another value', { source: ['aws.s3'] }, false],
  ['a value of a list in the event', { detail: { mail: { tags: { set: ['b'] } } } }, true],
  ['a number', { detail: { n: [1] } }, true],
  ['a number as text', { detail: { n: ['1'] } }, false],
  ['a prefix', { source: [{ prefix: 'aws.' }] }, true],
  ['another prefix', { source: [{ prefix: 'ses' }] }, false],
  ['what is there', { detail: { n: [{ exists: true }] } }, true],
  ['what is not there', { detail: { m: [{ exists: true }] } }, false],
  ['that something is not there', { detail: { m: [{ exists: false }] } }, true],
  ['everything but', { source: [{ 'anything-but': ['aws.s3'] }] }, true],
  ['everything but this', { source: [{ 'anything-but': ['aws.ses'] }] }, false],
  ['one that differs in one place', { source: ['aws.ses'], detail: { n: [2] } }, false],
])('a pattern of %s', (_, pattern, expected) => {
  expect(matches(pattern, event)).toBe(expected);
});

it.each<[string, Record<string, unknown>]>([
  ['an empty list', { source: [] }],
  ['a value without a list', { source: 'aws.ses' }],
  ['an operator that it does not know', { source: [{ wildcard: 'aws.*' }] }],
  ['two operators in one', { source: [{ prefix: 'a', exists: true }] }],
])('refuses %s', (_, pattern) => {
  expect(() => matches(pattern, event)).toThrow(PatternError);
});
