// The environment of a test file: the worker's own realm, for all files of the worker. Jest's environment for Node.js gives each file a realm
// of its own, in which every access to a global goes through a proxy, and in which a library of one file is never that of another.
'use strict';

const vm = require('node:vm');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');
const { inSource, load } = require('./load-once.cjs');

/** Stands for the worker's own realm where Jest asks for a file's. */
const REALM = {};
const LOAD_ONCE = Symbol.for('load once');
/** What makes a stream a terminal, and how wide. */
const TERMINAL = ['isTTY', 'columns', 'rows'];

const compileFunction = vm.compileFunction;
vm.compileFunction = (code, parameters, options) => {
  if (options?.parsingContext !== REALM) return compileFunction(code, parameters, options);
  const head = `(function (${(parameters ?? []).join(', ')}) {`;
  // V8 keeps what it has compiled of a script for the next file that loads the same one; it does not of a function.
  return new vm.Script(`${head}${code}\n})`, { filename: options.filename, columnOffset: -head.length }).runInThisContext();
};

/** Keeps the properties of an object; gives what brings them back. */
function keep(object) {
  const before = Object.getOwnPropertyDescriptors(object);
  return () => {
    for (const [name, descriptor] of Object.entries(before)) {
      const now = Object.getOwnPropertyDescriptor(object, name);
      const isSame = now && now.value === descriptor.value && now.get === descriptor.get;
      if (descriptor.configurable && !isSame) Object.defineProperty(object, name, descriptor);
    }
  };
}

/** Keeps who listens to the process; gives what takes everybody else away. */
function keepListeners() {
  const before = new Map(process.eventNames().map((event) => [event, new Set(process.rawListeners(event))]));
  return () => {
    for (const event of process.eventNames()) {
      for (const listener of process.rawListeners(event)) if (!before.get(event)?.has(listener)) process.removeListener(event, listener);
    }
  };
}

function keepVariables() {
  const before = { ...process.env };
  return () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  };
}

function keepTerminal(stream) {
  const before = TERMINAL.map((name) => Object.getOwnPropertyDescriptor(stream, name));
  return () => {
    for (const [index, name] of TERMINAL.entries()) {
      delete stream[name];
      if (before[index]) Object.defineProperty(stream, name, before[index]);
    }
  };
}

/** What aws-sdk-client-mock put in the place of the clients' methods, where it was loaded. */
const restoreClients = () => require.cache[require.resolve('sinon')]?.exports.restore();

class RealmOfTheWorker {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  fakeTimers = null;

  constructor({ projectConfig }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return REALM;
  }

  async setup() {
    const [folder, exitCode, stack] = [process.cwd(), process.exitCode, Error.prepareStackTrace];
    this.undo = [
      keep(globalThis),
      keep(process),
      ...[process.stdin, process.stdout, process.stderr].map(keepTerminal),
      keepVariables(),
      keepListeners(),
      () => process.chdir(folder),
      () => (process.exitCode = exitCode),
      () => (Error.prepareStackTrace = stack),
    ];
    globalThis[LOAD_ONCE] = load;
    // Jest's own, which knows the files that Jest has compiled.
    if (stack) Error.prepareStackTrace = (error, frames) => stack(error, frames.map(inSource));
  }

  async teardown() {
    this.fakeTimersModern.dispose();
    this.moduleMocker.restoreAllMocks();
    restoreClients();
    for (const undo of this.undo?.splice(0) ?? []) undo();
  }
}

module.exports = RealmOfTheWorker;
