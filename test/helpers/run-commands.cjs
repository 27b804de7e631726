// Runs commands of `iam-keys` one after the other, as it is installed, in one process that has loaded their code before: what each of them
// finds of a process is as new. It is told each command, and tells how it ended.
'use strict';

const { join } = require('node:path');

require('../../bin/node-version');

const ROOT = join(__dirname, '..', '..');
const real = { Date, setTimeout };
const written = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr']) {
  process[name].write = (text, ...more) => {
    written[name] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
    const done = more.at(-1);
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
}
let listened = [];

function begin(args, environment) {
  listened = [process, process.stdout, process.stderr].map((emitter) => [emitter, new Set(emitter.eventNames())]);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment, { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' });
  process.argv = [process.execPath, join(ROOT, 'bin', 'iam-keys.js'), ...args];
  process.exitCode = undefined;
  written.stdout = written.stderr = '';
  for (const [, file] of (environment.NODE_OPTIONS ?? '').matchAll(/--require (\S+)/g)) {
    delete require.cache[require.resolve(file)];
    require(file);
  }
}

function end() {
  Object.assign(globalThis, real);
  for (const [emitter, before] of listened) {
    for (const name of emitter.eventNames()) if (!before.has(name)) emitter.removeAllListeners(name);
  }
  return { status: process.exitCode ?? 0, out: written.stdout, error: written.stderr };
}

async function run({ args, environment }) {
  begin(args, environment);
  const program = await import('../../dist/program.mjs');
  await program.main(require('../../package.json').version);
  process.send(end());
}

process.once('disconnect', () => process.exit(0));
const built = require('../../bin/build').buildIfStale();
let last = built;
process.on('message', (command) => {
  last = last.then(() => run(command));
});
