import { assertProfile, assertUser, mayNameUser, pattern } from '../../../cli/mcp/bounds';

it.each([
  ['alice', 'alice', true],
  ['alice', 'Alice', false],
  ['alice', 'alice2', false],
  ['svc-*', 'svc-', true],
  ['svc-*', 'svc-a/b', true],
  ['svc-*', 'my-svc-a', false],
  ['svc-?', 'svc-a', true],
  ['svc-?', 'svc-ab', false],
  ['a.b+c', 'a.b+c', true],
  ['a.b+c', 'axb+c', false],
])('the pattern %s and the name %s: %s', (users, name, isWithin) => {
  expect(mayNameUser({ users: [users] }, name)).toBe(isWithin);
});

it('lets everything be named without a list, and nothing beyond one', () => {
  expect(() => {
    assertUser({}, 'alice');
    assertProfile({}, 'prod');
  }).not.toThrow();
  expect(() => {
    assertUser({ users: ['a*', 'b'] }, 'carol');
  }).toThrow('this server was started for the users a*, b, and carol is none of them; whoever runs it can change --users');
  expect(() => {
    assertProfile({ profiles: ['dev'] }, 'prod');
  }).toThrow('for the profiles dev, and prod is none of them');
});

it.each(['', '^.*$', 'a|b', 'a\nb'])('refuses the pattern %j, which no name can have', (text) => {
  expect(() => pattern(text)).toThrow(`"${text}" must be a name`);
});
