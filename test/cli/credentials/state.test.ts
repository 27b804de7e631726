import { parseState, userNameOf, without, type ProfileState } from '../../../cli/credentials/state';
import { USER } from './model-aws';

const STATE: ProfileState = {
  version: 1,
  profile: 'web',
  home: 'private',
  user: USER,
  secret: { id: 'x', region: 'eu-west-1' },
  current: { id: 'AKIA', secret: 's', since: '2026-01-05T01:00:00Z' },
  lookedAt: '2026-01-05T01:00:00Z',
  nextLookAt: '2026-01-05T05:00:00Z',
};

it('reads what was written', () => {
  expect(parseState(JSON.stringify(STATE), 'web')).toEqual(STATE);
});

it.each<[string, unknown, string]>([
  ['nothing', '', 'web'],
  ['null', 'null', 'web'],
  ['half a file', JSON.stringify(STATE).slice(0, 200), 'web'],
  ['another version', { ...STATE, version: 2 }, 'web'],
  ['another profile, on a disk that knows no capitals', STATE, 'Web'],
  ['no secret', { ...STATE, current: { ...STATE.current, secret: '' } }, 'web'],
  ['no key', { ...STATE, current: undefined }, 'web'],
  ['no user', { ...STATE, user: {} }, 'web'],
  ['no date', { ...STATE, nextLookAt: undefined }, 'web'],
])('takes %s for no state', (_, text, profile) => {
  expect(parseState(typeof text === 'string' ? text : JSON.stringify(text), profile)).toBeUndefined();
});

it('knows names behind a path, and leaves parts out', () => {
  expect(userNameOf({ ...USER, arn: 'arn:aws:iam::222233334444:user/team/db/web,1' })).toBe('web,1');
  expect(without({ ...STATE, owed: true, refused: true }, 'owed')).toEqual({ ...STATE, refused: true });
});
