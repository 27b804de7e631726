// The environment of a test file: jest's own for Node.js, with less work per file. It runs outside of the tests' realm, once in a worker.
'use strict';

const vm = require('node:vm');

/**
 * V8 keeps what it has compiled of a script, for the next realm that runs the same one: a test file that loads what another one has loaded
 * pays nothing for its code. It does so for scripts, not for `compileFunction`, by which jest loads modules.
 */
const compileFunction = vm.compileFunction;
vm.compileFunction = (code, parameters, options) => {
  const { filename, parsingContext } = options ?? {};
  // A script that V8 shall find again cannot say how it imports other modules.
  if (filename === undefined || parsingContext === undefined || code.includes('import(')) return compileFunction(code, parameters, options);
  const head = `(function (${(parameters ?? []).join(', ')}) {`;
  return new vm.Script(`${head}${code}\n})`, { filename, columnOffset: -head.length }).runInContext(parsingContext);
};

module.exports = require('jest-environment-node');
