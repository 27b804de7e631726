import { Resolver, type Scope } from '../../../sandbox/cloudformation/intrinsics';

const scope: Scope = {
  stack: 'Demo',
  values: { 'AWS::Region': 'eu-west-1', Name: 'n', Zones: ['a', 'b'] },
  mappings: { Sizes: { small: { memory: 128 } } },
  conditions: {
    Yes: { 'Fn::Equals': [{ Ref: 'Name' }, 'n'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    Odd: { 'Fn::Contains': [['a'], 'a'] },
  },
  made: new Map([['Queue', { ref: 'https://queue', attributes: { Arn: 'arn:queue', 'Nested.Name': 'deep' } }]]),
};
const resolver = new Resolver(scope, 'Thing');
const resolve = (value: unknown): unknown => resolver.resolve(value);

describe('Resolver', () => {
  it.each([
    ['Ref to a parameter', { Ref: 'Name' }, 'n'],
    ['Ref to a list parameter', { Ref: 'Zones' }, ['a', 'b']],
    ['Ref to a resource', { Ref: 'Queue' }, 'https://queue'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
    ['Fn::GetAtt as a string', { 'Fn::GetAtt': 'Queue.Nested.Name' }, 'deep'],
    ['Fn::Sub', { 'Fn::Sub': '${AWS::Region}/${Queue.Arn}/${Queue}/${!Literal}' }, 'eu-west-1/arn:queue/https://queue/${Literal}'],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${Own}-${Name}', { Own: { Ref: 'Name' } }] }, 'n-n'],
    ['Fn::Join', { 'Fn::Join': [':', ['a', { Ref: 'Name' }]] }, 'a:n'],
    ['Fn::Join over a list parameter', { 'Fn::Join': ['', { Ref: 'Zones' }] }, 'ab'],
    ['Fn::Split', { 'Fn::Split': ['/', 'x/y'] }, ['x', 'y']],
    ['Fn::Select', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'x/y'] }] }, 'y'],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Sizes', 'small', 'memory'] }, 128],
    ['Fn::If', { 'Fn::If': ['Yes', 'then', 'else'] }, 'then'],
    ['Fn::If of a negated condition', { 'Fn::If': ['No', 'then', 'else'] }, 'else'],
    ['Fn::And', { 'Fn::If': ['Both', 1, 2] }, 2],
    ['Fn::Or', { 'Fn::If': ['Either', 1, 2] }, 1],
    ['AWS::NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['AWS::NoValue in a list', [1, { 'Fn::If': ['No', 2, { Ref: 'AWS::NoValue' }] }], [1]],
    ['functions deep inside plain data', { a: [{ b: { Ref: 'Name' } }] }, { a: [{ b: 'n' }] }],
  ])('resolves %s', (_, value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  it('leaves the branch that is not taken unresolved', () => {
    expect(resolve({ 'Fn::If': ['Yes', 'then', { Ref: 'Nowhere' }] })).toBe('then');
  });

  it.each([
    ['an unknown function', { 'Fn::Cidr': ['10.0.0.0/8', 1, 8] }, 'stack Demo, Thing: the function Fn::Cidr is not supported'],
    ['a function beside other keys', { 'Fn::Join': ['', []], other: 1 }, 'stack Demo, Thing: Fn::Join must be the only key of its object'],
    ['an unknown Ref', { Ref: 'Nowhere' }, 'stack Demo, Thing: Ref Nowhere: no such parameter or resource in the stack'],
    [
      'an unknown attribute',
      { 'Fn::GetAtt': ['Queue', 'Nope'] },
      'stack Demo, Thing: Fn::GetAtt Queue.Nope: the resource has no such attribute',
    ],
    ['an unknown condition', { 'Fn::If': ['Maybe', 1, 2] }, 'stack Demo, Thing: the condition Maybe is not in the template'],
    [
      'an unknown condition function',
      { 'Fn::If': ['Odd', 1, 2] },
      'stack Demo, Thing: condition Odd: Fn::Contains is not a supported condition',
    ],
    ['an index outside the list', { 'Fn::Select': [2, ['a']] }, 'stack Demo, Thing: Fn::Select: index 2 is outside the list of 1'],
    ['a list where text belongs', { 'Fn::Sub': '${Zones}' }, 'stack Demo, Thing: Fn::Sub ${Zones} needs a string; got ["a","b"]'],
  ])('refuses %s, naming stack, place and function', (_, value, message) => {
    expect(() => resolve(value)).toThrow(message);
  });
});
