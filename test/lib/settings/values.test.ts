import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { z } from 'zod';
import {
  accountList,
  address,
  choice,
  flag,
  list,
  logRetention,
  object,
  period,
  RETENTIONS,
  tags,
  text,
  whole,
} from '../../../lib/settings/values';

const mistakes = (schema: z.ZodType, value: unknown): string[] => schema.safeParse(value).error?.issues.map(({ message }) => message) ?? [];
const region = list(/^[a-z-]+\d$/, 'must be a region');

it.each<[string, z.ZodType, unknown, unknown]>([
  ['a flag', flag, ' true ', true],
  ['a flag', flag, 'false', false],
  ['a flag as it is', flag, true, true],
  ['a number', whole(1, 10), ' 10 ', 10],
  ['a number as it is', whole(1, 10), 1, 1],
  ['a list', region, 'eu-west-1, us-east-1', ['eu-west-1', 'us-east-1']],
  ['an empty list', region, ' ', []],
  ['account ids', accountList, '111122223333, 444455556666', [{ id: '111122223333' }, { id: '444455556666' }]],
  ['accounts as JSON', accountList, '[{"id":"111122223333","name":"Shop"}]', [{ id: '111122223333', name: 'Shop' }]],
  ['no accounts', accountList, '', []],
  ['tags as JSON', tags, '{"team":"security"}', { team: 'security' }],
  ['a retention', logRetention, '365', 365],
  ['a period as the text that it is', period('1m', '400d'), '36h', '36h'],
])('reads %s from the command line', (_, schema, given, expected) => {
  expect(schema.parse(given)).toEqual(expected);
});

it.each<[string, z.ZodType, unknown, string]>([
  ['a flag in other words', flag, 'yes', 'must be true or false'],
  ['a number below', whole(1, 10), '0', 'must be a whole number from 1 to 10'],
  ['a number above', whole(1, 10), 11, 'must be a whole number from 1 to 10'],
  ['a fraction', whole(1, 10), '1.5', 'must be a whole number from 1 to 10'],
  ['a text that only begins right', text(/^[a-z]+$/, 'must be letters'), 'abc1', 'must be letters'],
  ['another word', choice(['a', 'b']), 'c', 'must be a or b'],
  ['an address with a name', address, 'A <a@example.com>', 'must be one bare e-mail address, such as key-rotation@example.com'],
  ['a member of a list', region, 'eu-west-1,Europe', 'must be a region'],
  ['no list', region, 7, 'must be a list; on the command line, separate its members by commas'],
  ['an account id of eleven digits', accountList, '11112222333', 'must be an account id: 12 digits in quotes'],
  ['a number as account', accountList, [111122223333], 'must be an account id, or an object such as {"id":"111122223333","name":"Shop"}'],
  ['JSON that is cut off', accountList, '[{"id":', 'must be a list; on the command line, separate ids by commas or write JSON'],
  ['a retention that CloudWatch has not', logRetention, '42', 'must be one of '],
  ['a period that is too short', period('5m', '400d'), '4m', 'must be a number with d, h or m, from 5m to 400d'],
  ['a period that is too long', period('5m', '400d'), '401d', 'must be a number with d, h or m, from 5m to 400d'],
  ['a period without unit', period('5m', '400d'), '90', 'must be a number with d, h or m, from 5m to 400d'],
])('refuses %s, naming the limit', (_, schema, given, message) => {
  expect(mistakes(schema, given)[0]).toContain(message);
});

describe('tags', () => {
  it.each([
    ['of AWS', { 'aws:x': 'y' }],
    ['of AWS in capitals', { 'AWS:x': 'y' }],
    ['of ours', { 'key-rotation:managed': 'false' }],
    ['that differ only in case, which IAM does not tell apart', { team: 'a', Team: 'b' }],
    ['without a key', { '': 'y' }],
    ['with a key of 129 characters', { ['k'.repeat(129)]: 'y' }],
    ['with a value of 257 characters', { k: 'v'.repeat(257) }],
    ['with characters that AWS has not', { k: 'a;b' }],
    [
      'that are more than 49, beside which a secret has no room for ours',
      Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, ''])),
    ],
    ['whose value is a number', { k: 1 }],
  ])('%s are refused', (_, given) => {
    expect(mistakes(tags, given)[0]).toMatch(/^must be an object such as /);
  });

  it('at the limits are taken', () => {
    const given = { ...Object.fromEntries(Array.from({ length: 48 }, (_, n) => [`k${n}`, ''])), ['k'.repeat(128)]: 'v'.repeat(256) };
    expect(tags.parse(given)).toEqual(given);
  });
});

it('reads a JSON object, and hands on what is none for its schema to refuse', () => {
  expect(object(tags).parse('{"a":"b"}')).toEqual({ a: 'b' });
  expect(mistakes(object(tags), '{"a"')).toHaveLength(1);
});

it('knows every retention that the CDK knows, but for the one that never ends', () => {
  const known = Object.values(RetentionDays).filter((days): days is RetentionDays => typeof days === 'number');
  expect(RETENTIONS).toEqual(known.filter((days) => days !== RetentionDays.INFINITE).sort((a, b) => a - b));
});
