import { findSuccessor, isSameUser, parseStored } from '../../../cli/credentials/successor';
import { OTHER_USER, USER } from './model-aws';

const value = (more: object = {}): string =>
  JSON.stringify({
    UserName: 'web',
    AccessKeyId: 'AKIANEW0000000000001',
    SecretAccessKey: 's',
    Status: 'Active',
    CreateDate: '2026-04-05T02:00:00.000Z',
    ...more,
  });
const held = (id: string, created?: string) => ({
  id,
  secret: 's',
  since: '2026-01-01T00:00:00Z',
  ...(created !== undefined && { created }),
});

it.each<[string, Parameters<typeof findSuccessor>[0], string, string]>([
  ['a newer key', { current: held('AKIAOLD', '2026-01-05T00:00:00Z') }, value(), 'successor'],
  ['another key, while the age of ours is unknown', { current: held('AKIAOLD') }, value(), 'successor'],
  ['ours', { current: held('AKIANEW0000000000001') }, value(), 'same'],
  ['an older one', { current: held('AKIASELF', '2026-05-01T00:00:00Z') }, value(), 'older'],
  ['the one before', { current: held('AKIASELF'), previous: held('AKIANEW0000000000001') }, value(), 'older'],
  ['the note of the write check', { current: held('AKIAOLD') }, '{"Note":"write check, holds no access key"}', 'no key'],
  ['no JSON', { current: held('AKIAOLD') }, 'AKIANEW0000000000001', 'no key'],
  ['null', { current: held('AKIAOLD') }, 'null', 'no key'],
  ['no secret', { current: held('AKIAOLD') }, value({ SecretAccessKey: '' }), 'no key'],
  ['an id that is no id', { current: held('AKIAOLD') }, value({ AccessKeyId: 'AKIA\n[other]\nx' }), 'no key'],
  [
    'a secret with a line end, which would reach into a file',
    { current: held('AKIAOLD') },
    value({ SecretAccessKey: 'x\n[default]' }),
    'no key',
  ],
  ['a date that is none', { current: held('AKIAOLD') }, value({ CreateDate: 'soon' }), 'no key'],
])('%s', (_, state, text, kind) => {
  expect(findSuccessor(state, text).kind).toBe(kind);
});

it('reads what the rotation writes', () => {
  expect(parseStored(value())).toEqual({ userName: 'web', id: 'AKIANEW0000000000001', secret: 's', created: '2026-04-05T02:00:00.000Z' });
});

it('knows a user by account and user id, through a rename, and nobody by name', () => {
  expect(isSameUser(USER, { ...USER, arn: 'arn:aws:iam::222233334444:user/renamed' })).toBe(true);
  expect(isSameUser(USER, OTHER_USER)).toBe(false);
  expect(isSameUser(USER, { ...USER, userId: 'AIDAMADEANEW' })).toBe(false);
  expect(isSameUser(USER, { ...USER, account: '333344445555' })).toBe(false);
});
