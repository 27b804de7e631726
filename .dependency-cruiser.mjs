import { readFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOMS } from './walls/rooms.mjs';

const { resolve } = createRequire(import.meta.url);
const readJson = (...path) => JSON.parse(readFileSync(join(import.meta.dirname, ...path), 'utf8'));
const escaped = (text) => text.replaceAll('.', '\\.');
const inPackages = (path) => `(^|/)node_modules/${path}`;
const refuse = (name, from, to) => ({ name, severity: 'error', from, to });

const filesOf = ({ room, files = `${room}/.+\\.ts` }) => `^${files}$`;

function filesNamed(name, user, above) {
  if (name === '*') return '.';
  const found = above.find(({ room }) => room === name);
  if (!found) throw new Error(`walls/rooms.mjs lets ${user} use ${name}, which does not stand above it`);
  return filesOf(found);
}

function packageNamed(name) {
  if (name === '*') return '.';
  if (name === 'node:*') return `^(${builtinModules.join('|')})$`;
  if (name.startsWith('node:')) return `^${name.slice('node:'.length)}$`;
  return inPackages(`(@types/)?${escaped(name).replace(/\*$/, '[^/]+')}/`);
}

/** What a room's row forbids: all that it does not name. */
function rulesOf(row, place) {
  const { room, rooms, packages } = row;
  const above = ROOMS.slice(0, place);
  const from = { path: filesOf(row), pathNot: above.map(filesOf) };
  const named = rooms.map((name) => filesNamed(name, room, above));
  return [
    refuse(`${room}: rooms`, from, { dependencyTypes: ['local'], pathNot: [filesOf(row), ...named] }),
    refuse(`${room}: packages`, from, { dependencyTypesNot: ['local'], pathNot: packages.map(packageNamed) }),
  ].filter(({ to }) => !to.pathNot.includes('.'));
}

/** Of the packages that do not say themselves which of their files are for others, all files but the one that their name stands for. */
function privateFiles() {
  const { dependencies, devDependencies } = readJson('package.json');
  const silent = Object.keys({ ...dependencies, ...devDependencies }).filter(
    (name) => !name.startsWith('@types/') && !readJson('node_modules', name, 'package.json').exports,
  );
  const entries = silent.map((name) => resolve(name).split('/node_modules/').at(-1));
  return { path: inPackages(`(${silent.map(escaped).join('|')})/`), pathNot: inPackages(`(${entries.map(escaped).join('|')})$`) };
}

export default {
  forbidden: [
    ...ROOMS.flatMap(rulesOf),
    // A file in no room would have no walls.
    refuse('a room for every file', { path: '\\.ts$', pathNot: ROOMS.map(filesOf) }, {}),
    refuse('no circles of files', {}, { circular: true }),
    refuse('public paths of packages', {}, privateFiles()),
    // Whatever a package does not export is not found. dist/ is made by bin/build.js, and a fresh clone has none.
    refuse('only what is there', {}, { couldNotResolve: true, pathNot: '^(\\.\\./)+dist/' }),
    // The SDK's own protocols and schemas are for the SDK; a test sends every operation around, so that no update of it goes unnoticed.
    refuse(
      'wire protocols in the wire only',
      { pathNot: '^(sandbox/wire|test)/' },
      { path: inPackages('(@smithy|@aws-sdk)/core/'), pathNot: '/submodules/(config|retry)/' },
    ),
  ],
  options: {
    exclude: '^(cdk\\.out|dist|out|\\.[^./][^/]*)/',
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'import', 'default'] },
  },
};
