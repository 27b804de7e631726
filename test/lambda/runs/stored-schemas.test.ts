import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STORED_SCHEMAS } from '../../../lambda/runs/stored-schemas';
import { wrongWithObject } from '../../helpers/stored-objects';
import { action, user } from '../mail/factories';
import { failures, resultOf, summary } from '../reporter/factories';

type Kind = keyof typeof STORED_SCHEMAS;

/** By the published schema and by the one that tests of whole runs use, which must not differ. */
function takes(kind: Kind, value: object): boolean {
  const file = join(__dirname, '..', '..', '..', 'docs', 'results', `${kind}.schema.json`);
  const schema = JSON.parse(readFileSync(file, 'utf8')) as object;
  const published = new Ajv({ formats: { 'date-time': true } }).compile(schema)(JSON.parse(JSON.stringify(value)));
  expect(STORED_SCHEMAS[kind].safeParse(JSON.parse(JSON.stringify(value))).success).toBe(published);
  return published;
}

const VALUES: Record<Kind, Record<string, unknown>> = {
  result: { ...resultOf(1, { users: [user('alice', { actions: [action()] })] }) },
  summary: { ...summary({ failures: failures(2) }) },
};

describe.each(Object.keys(STORED_SCHEMAS) as Kind[])('a %s', (kind) => {
  const value = VALUES[kind];

  it('is taken, with fields of a later version, too', () => {
    expect([takes(kind, value), takes(kind, { ...value, weather: 'fine' })]).toEqual([true, true]);
  });

  it('is refused without anything that it has to have, and with anything of another type', () => {
    const names = Object.keys(value);
    expect(names.length).toBeGreaterThan(10);
    const without = (name: string) => Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
    expect(names.filter((name) => takes(kind, without(name)))).toEqual([]);
    expect(names.filter((name) => takes(kind, { ...value, [name]: null }))).toEqual([]);
  });

  it('says what it is', () => {
    expect(STORED_SCHEMAS[kind].description).toMatch(/runs\/<run id>\/.*\.json\.$/);
  });
});

describe('what tests of whole runs hold against it', () => {
  it.each<[string, Kind, object]>([
    ['a field that it does not have', 'result', { ...VALUES.result, weather: 'fine' }],
    ['a field deeper down', 'summary', { ...VALUES.summary, mails: { sent: 0, failed: 0, lost: 0 } }],
    [
      'an action that there is not',
      'result',
      { ...VALUES.result, users: [user('alice', { actions: [{ ...action(), action: 'dance' as 'rotate' }] })] },
    ],
    ['a status that there is not', 'summary', { ...VALUES.summary, accounts: [{ id: '1', status: 'odd' }] }],
  ])('is %s', (_, kind, value) => {
    expect(wrongWithObject(kind, JSON.stringify(VALUES[kind]))).toBeUndefined();
    expect(wrongWithObject(kind, JSON.stringify(value))).toBeDefined();
  });
});
