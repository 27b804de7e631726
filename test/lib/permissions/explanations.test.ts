import { Construct } from 'constructs';
import { App } from 'aws-cdk-lib';
import { explain, explanationOf } from '../../../lib/permissions/explanations';

const said = (purpose: string) => ({ purpose, statements: {} });

it('finds the explanation of a construct, or of the nearest one around it', () => {
  const app = new App();
  const outer = new Construct(app, 'Outer');
  const inner = new Construct(outer, 'Inner');
  explain(outer, said('outer'));
  expect(explanationOf(inner)?.purpose).toBe('outer');
  explain(inner, said('inner'));
  expect([explanationOf(inner)?.purpose, explanationOf(outer)?.purpose]).toEqual(['inner', 'outer']);
});

it('finds none where nobody explained anything, so that a check can refuse it', () => {
  expect(explanationOf(new Construct(new App(), 'Alone'))).toBeUndefined();
});
