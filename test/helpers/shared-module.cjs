// What Jest runs in place of a module that all test files of a worker share: see load-once.cjs.
'use strict';

module.exports = {
  process: (_source, path) => ({ code: `module.exports = globalThis[Symbol.for('load once')](${JSON.stringify(path)});` }),
  getCacheKey: (_source, path) => Buffer.from(`shared ${path}`).toString('hex'),
};
