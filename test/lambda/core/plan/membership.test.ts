import { elsewhere, policiesOf } from '../../../../lambda/core/plan/membership';

const RULES = [
  { name: 'fast', groups: ['Minutes'], paths: ['/minutes/'] },
  { name: 'slow', groups: ['monthly'], paths: [] },
];
const arn = (path: string): string => `arn:aws:iam::111122223333:user${path}bot`;

it.each<[string, string, string[], string[]]>([
  ['nobody’s', '/', [], []],
  ['by group, in any letter case', '/', ['minutes'], ['fast']],
  ['by path', '/minutes/', [], ['fast']],
  ['by a path below', '/minutes/ci/', [], ['fast']],
  ['not by a path that only begins alike', '/minutes2/', [], []],
  ['by group and path of one policy', '/minutes/', ['minutes'], ['fast']],
  ['in two, by groups', '/', ['minutes', 'monthly'], ['fast', 'slow']],
  ['in two, by path and group', '/minutes/', ['monthly'], ['fast', 'slow']],
])('a user is %s', (_, path, groups, expected) => {
  expect(policiesOf(arn(path), new Set(groups), RULES)).toEqual(expected);
});

it.each<[string, string[], string | undefined, string | undefined]>([
  ['the daily run’s own', [], undefined, undefined],
  ['a policy’s, for its run', ['fast'], 'fast', undefined],
  ['a policy’s, for the daily run', ['fast'], undefined, 'the user follows the policy fast, whose own runs see to them'],
  ['another policy’s', ['slow'], 'fast', 'the user follows the policy slow, whose own runs see to them'],
  ['nobody’s any more', [], 'fast', 'the user is not in the policy fast any more'],
])('a user who is %s', (_, names, follows, reason) => {
  const found = elsewhere('bot', names, { rules: RULES, ...(follows !== undefined && { follows }) });
  expect(found).toEqual(reason === undefined ? undefined : { elsewhere: reason });
});

it.each([undefined, 'fast', 'slow'])('a user in two policies is refused, whoever asks: %s', (follows) => {
  const ask = () => elsewhere('bot', ['fast', 'slow'], { rules: RULES, ...(follows !== undefined && { follows }) });
  expect(ask).toThrow('bot is in the policies fast and slow, and follows one at most');
  expect(ask).toThrow(expect.objectContaining({ name: 'TwoPoliciesError' }) as Error);
});
