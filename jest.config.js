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
    // Loaded by Node itself, once in a worker (test/helpers/load-once.cjs): not the functions' handlers, which begin when they are loaded, and
    // not what a test loads with others in the place of its modules.
    [`^${__dirname}/(?!lambda/.*/index[.]ts$|cli/mcp/approvals/)(bin|cli|demo|lambda|lib|page|sandbox|walls)/.*[.]ts$`]:
      '<rootDir>/test/helpers/shared-module.cjs',
    '/node_modules/.*[.][cm]?js$': '<rootDir>/test/helpers/shared-module.cjs',
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } }],
  },
  // Jest itself, and what adds to the `expect` of each file.
  transformIgnorePatterns: ['/node_modules/(@jest/|jest-|expect/|aws-sdk-client-mock-jest/)'],
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
