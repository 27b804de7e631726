// Makes dist/, the command line as it is installed: one file for each command and what they share, which need no node_modules.
'use strict';

const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { basename, join, relative } = require('node:path');

const ROOT = join(__dirname, '..');
const DIST = join(ROOT, 'dist');
/** What the last build was made from. */
const INPUTS = join(DIST, 'inputs.json');
const ENTRIES = [join(ROOT, 'cli', 'program.ts')];
/** Runs before every call of a program that uses credential_process, so it is one small file by itself. */
const AT_ONCE = join(ROOT, 'cli', 'credentials', 'fast.ts');
/** What decides about a build besides the sources; of packages, the lockfile stands for their files. */
const ALWAYS = ['bin/build.js', 'package-lock.json'];

/** Two builds of the same sources write the same files, so they may run side by side. */
function put(path, contents) {
  const written = `${path}.${process.pid}`;
  writeFileSync(written, contents);
  renameSync(written, path);
}

const stateOf = (file) => {
  const { mtimeMs, size } = statSync(join(ROOT, file), { throwIfNoEntry: false }) ?? {};
  return `${mtimeMs} ${size}`;
};

/** Whether the last build was made from what is there now. */
function isFresh() {
  try {
    const { inputs, outputs } = JSON.parse(readFileSync(INPUTS, 'utf8'));
    const made = new Set(readdirSync(DIST));
    return Object.entries(inputs).every(([file, state]) => stateOf(file) === state) && outputs.every((file) => made.has(file));
  } catch {
    return false;
  }
}

/** The file that answers programs at once. */
const buildAtOnce = () =>
  require('esbuild').build({
    entryPoints: { 'answer-at-once': AT_ONCE },
    absWorkingDir: ROOT,
    outdir: DIST,
    write: false,
    metafile: true,
    bundle: true,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    target: 'node20.19',
    minify: true,
  });

/** The time of the files, whatever the process takes for the time. */
function now() {
  const file = join(DIST, `now.${process.pid}`);
  mkdirSync(DIST, { recursive: true });
  writeFileSync(file, '');
  const { mtimeMs } = statSync(file);
  rmSync(file);
  return mtimeMs;
}

/** Builds, and removes what is left of earlier builds. */
async function build() {
  const began = now();
  const atOnce = await buildAtOnce();
  const program = await require('esbuild').build({
    entryPoints: ENTRIES,
    absWorkingDir: ROOT,
    outdir: DIST,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    // Names stay, since errors and clients are told apart by them.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    // Packages in CommonJS ask for Node.js's own modules by `require`.
    banner: { js: "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);" },
  });
  const outputFiles = [...program.outputFiles, ...atOnce.outputFiles];
  const own = [program, atOnce].flatMap(({ metafile }) => Object.keys(metafile.inputs)).filter((file) => !file.includes('node_modules/'));
  // What was changed meanwhile may be in it, or not.
  const stateThen = (file) => (statSync(join(ROOT, file)).mtimeMs < began ? stateOf(file) : 'changed meanwhile');
  const inputs = Object.fromEntries([...own, ...ALWAYS].map((file) => [file, stateThen(file)]));
  const outputs = outputFiles.map(({ path }) => relative(DIST, path));
  const entries = outputFiles.filter(({ path }) => !basename(path).startsWith('program'));
  for (const { path, contents } of [...entries, ...outputFiles.filter((file) => !entries.includes(file))]) put(path, contents);
  put(INPUTS, JSON.stringify({ inputs, outputs }));
  for (const file of readdirSync(DIST)) {
    if (/\.[cm]js$/.test(file) && !outputs.includes(file)) rmSync(join(DIST, file), { force: true });
  }
}

/** Builds unless the last build was made from what is there now. */
async function buildIfStale() {
  if (!isFresh()) await build();
}

module.exports = { buildIfStale };

if (require.main === module) void buildIfStale();
