// Loads a module by Node's own require, TypeScript too: once in a process, however many test files want it.
'use strict';

const { readFileSync } = require('node:fs');
const { SourceMap } = require('node:module');
const { transformSync } = require('@swc/core');

const compile = (path, sourceMaps) =>
  transformSync(readFileSync(path, 'utf8'), {
    filename: path,
    swcrc: false,
    sourceMaps,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
    module: { type: 'commonjs' },
  });
/** By path; made when a stack first needs it, which few do. */
const sourceMaps = new Map();

require.extensions['.ts'] = (module, path) => {
  sourceMaps.set(path, undefined);
  module._compile(compile(path, false).code, path);
};

exports.load = (path) => require(path);

/** Makes a frame of a stack name the line of the source. */
exports.inSource = (frame) => {
  const path = frame.getFileName();
  if (!sourceMaps.has(path)) return frame;
  const map = sourceMaps.get(path) ?? new SourceMap(JSON.parse(compile(path, true).map));
  sourceMaps.set(path, map);
  const { originalLine, originalColumn } = map.findEntry(frame.getLineNumber() - 1, frame.getColumnNumber() - 1);
  if (originalLine !== undefined) {
    Object.defineProperty(frame, 'getLineNumber', { value: () => originalLine + 1 });
    Object.defineProperty(frame, 'getColumnNumber', { value: () => originalColumn + 1 });
  }
  return frame;
};
