/** With --production tests do not count: what only a test uses is not used. An export that its own file uses may be there for a test. */
const production = process.argv.includes('--production');

/** @type {import('knip').KnipConfig} */
module.exports = {
  entry: [
    'bin/*.ts!',
    'cli/program.ts!',
    // Bundled by itself.
    'cli/credentials/fast.ts!',
    // Started as processes of their own.
    'lib/constructs/bundle-script.mjs!',
    'lib/constructs/compile-mails.mjs!',
    'demo/synthesize-apps.ts!',
    'test/cli/base/endless.ts',
    'test/safety/histories/soak.ts',
    'test/safety/mutations/run.ts',
    'demo/*/main.ts!',
    'lambda/*/index.ts!',
    'lambda/key-api/authorizer/index.ts!',
    // Bundled by themselves, for a browser.
    'page/client.ts!',
    'page/style.css!',
    // Read as text.
    'demo/story/gallery-script.js!',
    // Bundled in place of the SDK's own provider of credentials.
    'lambda/shared/function-credentials.ts!',
    // Bundled in place of the SDK's own.
    'lambda/shared/no-event-streams.ts!',
    // Started as a process of its own.
    'sandbox/lambda/child.ts!',
    'test/helpers/lint-walls.mjs',
    'test/helpers/provide-assemblies.ts',
  ],
  project: ['**/*.ts!', '**/*.{js,mjs}', '!test/**!'],
  // Part of the system: a terminal for a test.
  ignoreBinaries: ['script'],
  ignoreExportsUsedInFile: production,
  // Of util-linux: gives a test a terminal.
  ignoreBinaries: ['script'],
};
