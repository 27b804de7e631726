import { creationOrder } from '../../../sandbox/cloudformation/order';

const resource = (Properties: Record<string, unknown> = {}, DependsOn: string[] = []) => ({ Type: 'T', Properties, DependsOn });

describe('creationOrder', () => {
  it.each([
    ['Ref', { a: { Ref: 'B' } }],
    ['Fn::GetAtt', { a: [{ 'Fn::GetAtt': ['B', 'Arn'] }] }],
    ['a dotted Fn::GetAtt', { a: { 'Fn::GetAtt': 'B.Arn' } }],
    ['Fn::Sub', { a: { 'Fn::Sub': 'x${B.Arn}' } }],
    ['a variable of Fn::Sub', { a: { 'Fn::Sub': ['x${Own}', { Own: { Ref: 'B' } }] } }],
  ])('makes what %s refers to first', (_, properties) => {
    expect(creationOrder('Demo', { A: resource(properties), B: resource() })).toEqual(['B', 'A']);
  });

  it('keeps to DependsOn, and else to the order of the template', () => {
    expect(creationOrder('Demo', { A: resource({}, ['C']), B: resource(), C: resource() })).toEqual(['C', 'A', 'B']);
  });

  it('shows a circle', () => {
    const resources = { A: resource({ a: { Ref: 'B' } }), B: resource({}, ['A']) };
    expect(() => creationOrder('Demo', resources)).toThrow('stack Demo: circular dependency between resources: A -> B -> A');
  });
});
