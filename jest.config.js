const { availableParallelism } = require('node:os');

// Workers inherit it. Most of what tests make is garbage soon; with V8's own 16 MB much of it is copied before it is.
process.execArgv.push('--max-semi-space-size=64');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: '<rootDir>/test/helpers/environment.cjs',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Types are checked by `npm run types`.
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } }],
    '/node_modules/jose/.+\\.js$': ['@swc/jest', { jsc: { target: 'es2023' }, module: { type: 'commonjs' } }],
  },
  // jose is written as ES modules alone, which Jest does not load.
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
  // D3 is written as ES modules, which Jest does not load; it brings the same as scripts.
  moduleNameMapper: { '^(d3-[a-z-]+)$': '<rootDir>/node_modules/$1/dist/$1.js' },
  globalSetup: '<rootDir>/test/helpers/global-setup.ts',
  globalTeardown: '<rootDir>/test/helpers/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/test/helpers/setup.ts'],
  // A test that hangs ends some time; one that is slow, on a busy machine, is not wrong.
  testTimeout: 1_800_000,
  // One more than there are cores: a worker that waits for a process leaves its core to another.
  maxWorkers: availableParallelism() + 1,
  // What earlier test files leave behind makes later ones several times slower: a worker that holds too much is replaced.
  workerIdleMemoryLimit: '700MB',
};
