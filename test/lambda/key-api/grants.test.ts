import { grantedUser, type Grants } from '../../../lambda/key-api/grants';
import { refusal } from '../../helpers/key-api';

const [A, B] = ['111122223333', '222233334444'];
const GRANTS: Grants = { billing: { [A]: ['alice', 'web'], [B]: ['web'] }, shipping: { [B]: ['bob'] }, idle: {} };

it.each([
  ['billing', { username: 'alice' }, A],
  ['billing', { username: 'alice', account: A }, A],
  ['billing', { username: 'web', account: B }, B],
  ['shipping', { username: 'bob' }, B],
])('%s may have %j', (client, asked, account) => {
  expect(grantedUser(GRANTS, client, asked)).toEqual({ account, user: asked.username });
});

it.each([
  ['billing', { username: 'bob' }],
  ['billing', { username: 'alice', account: B }],
  ['billing', { username: 'alice', account: '999999999999' }],
  ['shipping', { username: 'alice' }],
  ['idle', { username: 'alice' }],
  ['nobody', { username: 'alice' }],
  ['toString', { username: 'length' }],
])('%s may not have %j, in the words that it may not have anybody else', (client, asked) => {
  expect(() => grantedUser(GRANTS, client, asked)).toThrow(refusal('no-such-user'));
});

it('asks which one when a name was granted twice', () => {
  expect(() => grantedUser(GRANTS, 'billing', { username: 'web' })).toThrow(refusal('ambiguous-username'));
});
