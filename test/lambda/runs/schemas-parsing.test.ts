import { parseManifest, parseResult } from '../../../lambda/runs/schemas';
import { accountResult } from '../mail/factories';
import { manifest } from '../reporter/factories';

const text = (value: object): string => JSON.stringify(value);

it('reads every result that the rotator writes, and every manifest that the orchestrator writes', () => {
  const result = accountResult({ failures: [{ step: 'account', error: 'E', message: 'm' }], left: ['bob'] });
  expect(parseResult(text(result))).toMatchObject({ account: { id: result.account.id }, failures: result.failures, left: ['bob'] });
  expect(parseManifest(text(manifest(2)))).toEqual(manifest(2));
  expect(parseManifest(text(manifest(1, { forceRotate: 'alice' })))).toEqual(manifest(1, { forceRotate: 'alice' }));
});

it('reads results of versions that know more, and actions that this one does not know', () => {
  const newer = {
    ...accountResult(),
    weather: 'fine',
    users: [{ user: 'alice', actions: [{ action: 'new', reason: 'r', outcome: 'done' }] }],
  };
  expect(parseResult(text(newer)).users[0]?.actions[0]?.action).toBe('new');
});

it('reads results whose word on who uses a key it does not understand', () => {
  const odd = {
    ...accountResult(),
    users: [{ user: 'alice', actions: [{ action: 'warn', reason: 'r', outcome: 'done', usage: 'by bob' }] }],
  };
  expect(parseResult(text(odd)).users[0]?.actions).toEqual([{ action: 'warn', reason: 'r', outcome: 'done' }]);
});

it.each([
  ['no JSON', '{'],
  ['nothing', ''],
  ['a list', '[]'],
  ['a result without status', text({ ...accountResult(), status: undefined })],
  ['a status that there is not', text({ ...accountResult(), status: 'fine' })],
])('refuses %s as a result', (_, broken) => {
  expect(() => parseResult(broken)).toThrow();
});

it.each([
  ['no JSON', '{'],
  ['a manifest without accounts', text({ ...manifest(1), accounts: undefined })],
  ['a date that is none', text({ ...manifest(1), startedAt: 'yesterday' })],
])('refuses %s as a manifest', (_, broken) => {
  expect(() => parseManifest(broken)).toThrow();
});
