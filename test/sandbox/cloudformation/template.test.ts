import { parameterValues, parseTemplate } from '../../../sandbox/cloudformation/template';

const withParameters = (Parameters: Record<string, unknown>) => parseTemplate('Demo', { Parameters, Resources: {} });

describe('parseTemplate', () => {
  it.each([
    ['a section it does not know', { Resources: {}, Transform: 'AWS::Serverless' }, /stack Demo: .*Transform/],
    ['a resource without a type', { Resources: { A: {} } }, /Resources\.A\.Type/],
    ['a resource attribute it does not know', { Resources: { A: { Type: 'T', CreationPolicy: {} } } }, /Resources\.A: .*CreationPolicy/],
    ['no template at all', 'text', /stack Demo: the template is not understood/],
  ])('refuses %s', (_, body, message) => {
    expect(() => parseTemplate('Demo', body)).toThrow(message);
  });
});

describe('parameterValues', () => {
  it('prefers given values to defaults, and splits lists', () => {
    const template = withParameters({
      A: { Type: 'String', Default: 'x' },
      B: { Type: 'CommaDelimitedList', Default: 'x, y' },
      Version: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/bootstrap/version' },
    });
    expect(parameterValues('Demo', template, { A: 'given' })).toEqual({ A: 'given', B: ['x', 'y'], Version: '/bootstrap/version' });
  });

  it.each([
    ['a missing value', { A: { Type: 'String' } }, {}, 'Parameters: [A] must have values'],
    ['a value for no parameter', {}, { Z: '1' }, 'Parameters: [Z] do not exist in the template'],
    ['a value outside AllowedValues', { A: { Type: 'String', AllowedValues: ['x'] } }, { A: 'y' }, 'parameter A = "y" must be one of x'],
    [
      'a value outside AllowedPattern',
      { A: { Type: 'String', AllowedPattern: '[a-z]+' } },
      { A: '9' },
      'parameter A = "9" must match [a-z]+',
    ],
  ])('refuses %s', (_, parameters, given, message) => {
    expect(() => parameterValues('Demo', withParameters(parameters), given as Record<string, string>)).toThrow(message);
  });
});
