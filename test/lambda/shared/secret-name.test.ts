import { secretNameFor } from '../../../lambda/shared/secret-name';
import { ACCOUNT } from '../../helpers/facts';

it.each([
  ['alice', `Account_${ACCOUNT}_User_alice_AccessKey`],
  ['a,b', `Account_${ACCOUNT}_User_a/2Cb_AccessKey`],
  [',,', `Account_${ACCOUNT}_User_/2C/2C_AccessKey`],
  ['2C', `Account_${ACCOUNT}_User_2C_AccessKey`],
  ['a+b=c.d@e-f_g', `Account_${ACCOUNT}_User_a+b=c.d@e-f_g_AccessKey`],
])('the secret of %s is %s', (user, name) => {
  expect(secretNameFor(ACCOUNT, user)).toBe(name);
  expect(name).toMatch(/^[A-Za-z0-9/_+=.@-]{1,512}$/);
});

it('tells every two users apart', () => {
  const names = ['a,b', 'a2Cb', 'a_b', 'ab', 'a-b', 'a.b', 'A,b'].map((user) => secretNameFor(ACCOUNT, user));
  expect(new Set(names).size).toBe(names.length);
});
