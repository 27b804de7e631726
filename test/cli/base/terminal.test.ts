import { columnsOf, hasColors } from '../../../cli/base/terminal';

const terminal = { isTTY: true, columns: 90 };
const pipe = { isTTY: false, columns: undefined as never };

it.each([
  ['a terminal', terminal, {}, 90],
  ['a pipe', pipe, {}, 120],
  ['a terminal of 60 that COLUMNS overrules', terminal, { COLUMNS: '60' }, 60],
  ['a file with COLUMNS', pipe, { COLUMNS: '200' }, 200],
  ['nonsense in COLUMNS', terminal, { COLUMNS: 'wide' }, 90],
  ['a terminal too narrow to read', { isTTY: true, columns: 5 }, {}, 40],
])('%s has its columns', (_, stream, environment, columns) => {
  expect(columnsOf(stream, environment)).toBe(columns);
});

it.each([
  ['a terminal', terminal, {}, true],
  ['a terminal with NO_COLOR', terminal, { NO_COLOR: '1' }, false],
  ['a terminal with an empty NO_COLOR', terminal, { NO_COLOR: '' }, true],
  ['a dumb terminal', terminal, { TERM: 'dumb' }, false],
  ['a pipe', pipe, { TERM: 'xterm-256color' }, false],
  ['a pipe in CI', pipe, { CI: 'true' }, false],
  ['a pipe with FORCE_COLOR', pipe, { FORCE_COLOR: '1' }, true],
  ['a terminal with FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
  ['NO_COLOR beside FORCE_COLOR', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
])('%s has colours: %p', (_, stream, environment, colored) => {
  expect(hasColors(stream, environment)).toBe(colored);
});
