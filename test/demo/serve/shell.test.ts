import { exportLines, tellLine } from '../../../demo/serve/shell';
import { evaluated, evaluation } from './served';

const nasty = ['', 'plain', "it's", '$(id) `id` "x" \\n', 'two\nlines', "'; exit 7; '", 'a b  c', '/+=é'];

describe('lines for a shell', () => {
  it.each(nasty)('export %j as it is', (value) => {
    expect(evaluated(exportLines({ VALUE: value }))['VALUE']).toBe(value);
  });

  it('unset what is undefined', () => {
    expect(evaluated(exportLines({ AWS_SESSION_TOKEN: undefined }))).not.toHaveProperty('AWS_SESSION_TOKEN');
  });

  it.each(nasty)('tell %j on standard error, as it is', (value) => {
    expect(evaluation(tellLine(value))).toEqual({ status: 0, stdout: '', stderr: `${value}\n` });
  });
});
