/** Rule → a file that must keep to it → imports, files of ours by their path, that this rule and no other must refuse it. */
export const REFUSED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'lambda/shared (pure): rooms': {
    'lambda/shared/decision.ts': ['lambda/shared/clients', 'lambda/core/plan/plan', 'lambda/runs/schemas', 'lambda/mail/words'],
    'lambda/shared/errors.ts': ['lambda/shared/environment'],
    'lambda/shared/actions.ts': ['lambda/shared/events'],
    'lambda/shared/names.ts': ['lambda/shared/events'],
    'lambda/shared/secret-name.ts': ['lambda/shared/reader-policy'],
    'lambda/shared/period.ts': ['lib/settings/fields', 'sandbox/kernel/clock', 'test/helpers/aws'],
  },
  'lambda/shared (pure): packages': {
    'lambda/shared/decision.ts': ['zod', '@aws-sdk/client-iam'],
    'lambda/shared/period.ts': ['node:perf_hooks', 'aws-cdk-lib'],
  },
  'lambda/shared: rooms': {
    'lambda/shared/importing.ts': [
      ...['lambda/core/plan/plan', 'lambda/core/rotate-user', 'lambda/runs/schemas', 'lambda/mail/send', 'lambda/rotator/index'],
      ...['lib/settings/fields', 'cli/doctor/diagnose', 'sandbox/sandbox', 'demo/story/main', 'test/helpers/aws', 'bin/app'],
    ],
  },
  'lambda/shared: packages': {
    'lambda/shared/importing.ts': [
      'aws-cdk-lib',
      'aws-cdk-lib/aws-iam',
      'constructs',
      'handlebars',
      'node:process',
      'node:fs',
      'fast-check',
    ],
  },
  'page: rooms': { 'page/importing.ts': ['lambda/shared/period', 'lambda/reporter/page/views', 'lambda/runs/schemas'] },
  'page: packages': { 'page/importing.ts': ['zod', 'd3-scale', 'node:fs'] },
  'lambda/runs: rooms': {
    'lambda/runs/importing.ts': [
      'lambda/core/rotate-user',
      'lambda/core/plan/plan',
      'lambda/mail/send',
      'lambda/reporter/report',
      'cli/main',
    ],
  },
  'lambda/runs: packages': { 'lambda/runs/importing.ts': ['@aws-sdk/client-iam', 'aws-cdk-lib', 'node:fs'] },
  'lambda/chain: rooms': {
    'lambda/chain/importing.ts': ['lambda/core/plan/plan', 'lambda/mail/send', 'lambda/reporter/report', 'cli/evidence/pack-files'],
  },
  'lambda/chain: packages': { 'lambda/chain/importing.ts': ['@aws-sdk/client-iam', 'aws-cdk-lib', 'node:fs'] },
  'lambda/bus: rooms': {
    'lambda/bus/importing.ts': [
      'lambda/core/plan/plan',
      'lambda/mail/send',
      'lambda/rotator/overdue',
      'lambda/reporter/report',
      'cli/main',
    ],
  },
  'lambda/bus: packages': { 'lambda/bus/importing.ts': ['@aws-sdk/client-iam', 'aws-cdk-lib', 'node:fs'] },
  'lambda/mail: rooms': {
    'lambda/mail/importing.ts': [
      'lambda/core/plan/plan',
      'lambda/reporter/report',
      'lambda/rotator/index',
      'lib/constructs/mail',
      'test/synth',
    ],
  },
  'lambda/mail: packages': { 'lambda/mail/importing.ts': ['@aws-sdk/client-iam', 'aws-cdk-lib', 'node:fs'] },
  'lambda/core/plan: rooms': {
    'lambda/core/plan/importing.ts': [
      ...['lambda/core/store/key-store', 'lambda/core/read/read-user', 'lambda/core/act/apply', 'lambda/core/budget'],
      ...['lambda/shared/environment', 'lambda/shared/clients', 'lambda/runs/schemas', 'lambda/mail/send', 'sandbox/kernel/clock'],
    ],
  },
  'lambda/core/plan: packages': {
    'lambda/core/plan/importing.ts': ['@aws-sdk/client-iam', '@smithy/core/retry', 'zod', 'node:crypto', 'node:process', 'node:perf_hooks'],
  },
  'lambda/core/store: rooms': {
    'lambda/core/store/importing.ts': ['lambda/core/read/read-user', 'lambda/core/act/apply', 'lambda/core/budget', 'lambda/runs/schemas'],
  },
  'lambda/core/store: packages': { 'lambda/core/store/importing.ts': ['@aws-sdk/client-sesv2', 'aws-cdk-lib', 'node:fs'] },
  'lambda/core/read: rooms': {
    'lambda/core/read/importing.ts': ['lambda/core/act/apply', 'lambda/core/budget', 'lambda/runs/schemas', 'lambda/rotator/index'],
  },
  'lambda/core/read: packages': { 'lambda/core/read/importing.ts': ['@aws-sdk/client-secrets-manager', 'aws-cdk-lib', 'node:process'] },
  'lambda/core/act: rooms': {
    'lambda/core/act/importing.ts': [
      'lambda/core/rotate-user',
      'lambda/mail/send',
      'lambda/rotator/index',
      'lib/settings/names',
      'demo/story/main',
    ],
  },
  'lambda/core/act: packages': { 'lambda/core/act/importing.ts': ['@aws-sdk/client-sesv2', 'aws-cdk-lib', 'node:process'] },
  'lambda/core: rooms': {
    'lambda/core/importing.ts': [
      ...['lambda/core/store/secret-store', 'lambda/core/read/candidates', 'lambda/mail/send', 'lambda/rotator/rotate-account'],
      ...['lambda/orchestrator/orchestrate', 'lib/settings/fields', 'cli/doctor/diagnose', 'test/helpers/aws'],
    ],
  },
  'lambda/core: packages': { 'lambda/core/importing.ts': ['@aws-sdk/client-iam', 'aws-cdk-lib', 'node:process'] },
  'lambda/orchestrator: rooms': {
    'lambda/orchestrator/importing.ts': [
      ...['lambda/mail/send', 'lambda/core/rotate-user', 'lambda/core/plan/plan', 'lambda/core/store/secret-store'],
      ...['lambda/rotator/rotate-account', 'lambda/reporter/report', 'lambda/organization-lookup/answer', 'lib/settings/names'],
    ],
  },
  'lambda/orchestrator: packages': {
    'lambda/orchestrator/importing.ts': ['@aws-sdk/client-iam', 'node:process', 'aws-cdk-lib', 'node:fs'],
  },
  'lambda/mail-events: rooms': {
    'lambda/mail-events/importing.ts': ['lambda/mail/send', 'lambda/rotator/answer', 'lambda/core/budget', 'lib/settings/names'],
  },
  'lambda/mail-events: packages': { 'lambda/mail-events/importing.ts': ['@aws-sdk/client-sesv2', 'aws-cdk-lib', 'node:fs'] },
  'lambda/key-api: rooms': {
    'lambda/key-api/importing.ts': [
      ...['lambda/core/store/secret-store', 'lambda/core/plan/plan', 'lambda/rotator/answer', 'lambda/mail/send', 'lambda/runs/run-store'],
      'lib/settings/names',
    ],
    'lambda/key-api/authorizer/importing.ts': ['lambda/reporter/report', 'lambda/chain/sign'],
  },
  'lambda/key-api: packages': {
    'lambda/key-api/importing.ts': ['@aws-sdk/client-iam', '@aws-sdk/client-s3', 'aws-cdk-lib', 'node:fs', 'node:process'],
  },
  'lambda/organization-lookup: rooms': {
    'lambda/organization-lookup/importing.ts': ['lambda/orchestrator/orchestrate', 'lambda/runs/schemas', 'lambda/core/budget'],
  },
  'lambda/organization-lookup: packages': { 'lambda/organization-lookup/importing.ts': ['@aws-sdk/client-iam', 'aws-cdk-lib'] },
  'lambda/reporter/page: rooms': {
    'lambda/reporter/page/importing.ts': ['lambda/reporter/report', 'lambda/rotator/answer', 'lambda/core/plan/plan'],
  },
  'lambda/reporter/page: packages': { 'lambda/reporter/page/importing.ts': ['@aws-sdk/client-s3', 'zod', 'node:fs'] },
  'lambda/reporter: rooms': {
    'lambda/reporter/importing.ts': [
      ...['lambda/core/rotate-user', 'lambda/core/plan/plan', 'lambda/core/read/read-user', 'lambda/rotator/answer'],
      ...['lambda/orchestrator/orchestrate', 'demo/bench/table'],
    ],
  },
  'lambda/reporter: packages': { 'lambda/reporter/importing.ts': ['@aws-sdk/client-iam', 'aws-cdk-lib', 'cli-table3'] },
  'lambda/rotator/memory: rooms': {
    'lambda/rotator/memory/importing.ts': [
      'lambda/rotator/rotate-account',
      'lambda/mail/send',
      'lambda/core/act/apply',
      'lib/settings/names',
    ],
  },
  'lambda/rotator/memory: packages': { 'lambda/rotator/memory/importing.ts': ['@aws-sdk/client-iam', 'node:crypto', 'node:fs'] },
  'lambda/rotator: rooms': {
    'lambda/rotator/importing.ts': [
      ...['lambda/orchestrator/orchestrate', 'lambda/reporter/report', 'lambda/organization-lookup/answer', 'lib/settings/names'],
      ...['cli/doctor/diagnose', 'sandbox/sandbox', 'demo/never-rules/book', 'test/helpers/aws', 'bin/app'],
    ],
  },
  'lambda/rotator: packages': { 'lambda/rotator/importing.ts': ['aws-cdk-lib', 'constructs', 'fast-check', 'node:fs'] },
  'lib/settings: rooms': {
    'lib/settings/importing.ts': ['lib/stacks/central-stack', 'lambda/core/plan/policy', 'cli/doctor/diagnose', 'bin/app'],
  },
  'lib/settings: packages': { 'lib/settings/importing.ts': ['@aws-sdk/client-iam', 'node:fs'] },
  'lib/permissions: rooms': {
    'lib/permissions/importing.ts': ['lib/constructs/rotator', 'lambda/core/store/secret-store', 'sandbox/sandbox'],
  },
  'lib/permissions: packages': { 'lib/permissions/importing.ts': ['cdk-nag', '@aws-sdk/client-iam', 'node:fs'] },
  'lib/constructs: rooms': {
    'lib/constructs/importing.ts': ['lib/stacks/member-stack', 'lib/documents/documents', 'lambda/rotator/index', 'lambda/core/plan/plan'],
  },
  'lib/constructs: packages': { 'lib/constructs/importing.ts': ['@aws-sdk/client-iam', 'cdk-nag', 'cli-table3'] },
  'lib/stacks: rooms': {
    'lib/stacks/importing.ts': ['lib/documents/documents', 'lambda/rotator/index', 'sandbox/sandbox', 'cli/doctor/diagnose', 'bin/app'],
  },
  'lib/stacks: packages': { 'lib/stacks/importing.ts': ['@aws-sdk/client-iam', 'esbuild'] },
  'lib/documents: rooms': { 'lib/documents/importing.ts': ['bin/documents', 'sandbox/sandbox', 'demo/synthesize', 'cli/doctor/diagnose'] },
  'lib/documents: packages': { 'lib/documents/importing.ts': ['@aws-sdk/client-iam', 'cdk-nag'] },
  'cli/base: rooms': {
    'cli/base/importing.ts': ['cli/doctor/diagnose', 'lambda/runs/run-id', 'sandbox/sandbox', 'lib/settings/read', 'test/x'],
  },
  'cli/base: packages': { 'cli/base/importing.ts': ['@aws-sdk/client-iam', 'zod', 'aws-cdk-lib'] },
  'cli/keys: rooms': {
    'cli/keys/importing.ts': [
      'cli/doctor/diagnose',
      'cli/program',
      'lambda/rotator/account',
      'lib/settings/read',
      'sandbox/sandbox',
      'test/x',
    ],
  },
  'cli/keys: packages': { 'cli/keys/importing.ts': ['aws-cdk-lib', 'esbuild', '@clack/prompts'] },
  'cli/credentials: rooms': {
    'cli/credentials/importing.ts': ['lambda/core/plan/plan', 'lambda/runs/run-id', 'lib/settings/read', 'sandbox/sandbox', 'test/x'],
  },
  'cli/credentials: packages': { 'cli/credentials/importing.ts': ['@aws-sdk/client-s3', 'zod', 'aws-cdk-lib'] },
  'cli/deployment: rooms': {
    'cli/deployment/importing.ts': [
      'cli/keys/session',
      'cli/doctor/diagnose',
      'lambda/rotator/index',
      'lib/stacks/central-stack',
      'sandbox/sandbox',
    ],
  },
  'cli/deployment: packages': { 'cli/deployment/importing.ts': ['@aws-sdk/client-s3', 'zod', 'node:fs'] },
  'cli/api-client: rooms': {
    'cli/api-client/importing.ts': [
      'cli/keys/session',
      'cli/program',
      'lambda/key-api/answer',
      'lib/stacks/central-stack',
      'sandbox/sandbox',
      'test/x',
    ],
  },
  'cli/api-client: packages': { 'cli/api-client/importing.ts': ['@aws-sdk/client-iam', 'zod', 'node:fs'] },
  'cli/rotation: rooms': {
    'cli/rotation/importing.ts': [
      ...['cli/doctor/diagnose', 'cli/program', 'lambda/rotator/rotate-account', 'lambda/mail/send', 'lambda/orchestrator/orchestrate'],
      ...['lib/stacks/central-stack', 'sandbox/sandbox', 'demo/story/main', 'test/helpers/simulated-user'],
    ],
  },
  'cli/rotation: packages': { 'cli/rotation/importing.ts': ['aws-cdk-lib', 'esbuild', 'fast-check'] },
  'cli/evidence: rooms': {
    'cli/evidence/importing.ts': [
      'cli/rotation/service',
      'cli/program',
      'lambda/core/plan/plan',
      'lambda/reporter/report',
      'sandbox/sandbox',
    ],
  },
  'cli/evidence: packages': { 'cli/evidence/importing.ts': ['@aws-sdk/client-iam', 'aws-cdk-lib', '@clack/prompts'] },
  'cli/mcp: rooms': {
    'cli/mcp/importing.ts': [
      'cli/doctor/diagnose',
      'cli/program',
      'lambda/core/store/key-store',
      'lambda/rotator/account',
      'lib/settings/read',
      'sandbox/sandbox',
    ],
  },
  'cli/mcp: packages': { 'cli/mcp/importing.ts': ['@aws-sdk/client-iam', 'aws-cdk-lib', '@clack/prompts'] },
  'bin: rooms': {
    'bin/importing.ts': ['sandbox/sandbox', 'demo/synthesize', 'cli/doctor/diagnose', 'lambda/core/plan/plan', 'test/helpers/aws'],
  },
  'bin: packages': { 'bin/importing.ts': ['@aws-sdk/client-iam', 'esbuild'] },
  'cli: rooms': {
    'cli/doctor/importing.ts': [
      'sandbox/sandbox',
      'demo/synthesize',
      'lib/stacks/central-stack',
      'lambda/rotator/check-account',
      'bin/app',
      'test/x',
    ],
  },
  'cli: packages': { 'cli/doctor/importing.ts': ['aws-cdk-lib', 'esbuild', 'fast-check'] },
  'sandbox: rooms': {
    'sandbox/kernel/importing.ts': [
      'lambda/shared/period',
      'lambda/core/plan/plan',
      'lib/settings/names',
      'cli/doctor/diagnose',
      'demo/story/main',
    ],
    'sandbox/importing.ts': ['lambda/rotator/index', 'demo/never-rules/book', 'bin/app', 'test/helpers/aws'],
  },
  'sandbox: packages': { 'sandbox/importing.ts': ['aws-cdk-lib', '@aws-lambda-powertools/logger', 'cli-table3'] },
  'demo/never-rules: rooms': {
    'demo/never-rules/importing.ts': [
      ...[
        'lambda/core/plan/policy',
        'lambda/core/store/secret-store',
        'lambda/shared/period',
        'lambda/mail/sections',
        'lambda/runs/schemas',
      ],
      ...['lib/settings/names', 'demo/story/main', 'demo/synthesize', 'cli/doctor/diagnose', 'test/helpers/aws'],
    ],
  },
  'demo/never-rules: packages': { 'demo/never-rules/importing.ts': ['@aws-sdk/client-iam', 'zod', 'node:util'] },
  'demo: rooms': { 'demo/importing.ts': ['demo/story/main', 'lambda/core/plan/plan', 'lib/documents/documents', 'test/helpers/aws'] },
  'demo: packages': { 'demo/importing.ts': ['aws-cdk-lib', '@aws-sdk/client-iam'] },
  'demo/story: rooms': {
    'demo/story/importing.ts': ['demo/bench/main', 'demo/serve/main', 'lambda/core/plan/plan', 'cli/doctor/diagnose', 'test/x'],
  },
  'demo/story: packages': { 'demo/story/importing.ts': ['aws-cdk-lib', 'esbuild'] },
  'demo/fast: rooms': {
    'demo/fast/importing.ts': ['demo/bench/main', 'demo/serve/main', 'lambda/key-api/token', 'cli/api-client/read-clients', 'test/x'],
  },
  'demo/fast: packages': { 'demo/fast/importing.ts': ['aws-cdk-lib', 'jose', 'zod'] },
  'demo/serve: rooms': {
    'demo/serve/importing.ts': [
      'cli/doctor/diagnose',
      'demo/bench/main',
      'lambda/core/store/secret-store',
      'lambda/rotator/index',
      'lib/stacks/member-stack',
      'test/x',
    ],
  },
  'demo/serve: packages': { 'demo/serve/importing.ts': ['aws-cdk-lib', 'esbuild', '@aws-sdk/client-iam'] },
  'demo/pictures: rooms': { 'demo/pictures/importing.ts': ['demo/serve/main', 'demo/bench/main', 'sandbox/sandbox', 'test/x'] },
  'demo/pictures: packages': { 'demo/pictures/importing.ts': ['aws-cdk-lib', 'esbuild', 'zod'] },
  'demo/bench: rooms': { 'demo/bench/importing.ts': ['demo/serve/main', 'lambda/rotator/index', 'lib/stacks/member-stack', 'test/x'] },
  'demo/bench: packages': { 'demo/bench/importing.ts': ['aws-cdk-lib', 'esbuild', '@aws-sdk/client-iam'] },
  'a room for every file': {
    'lambda/newcomer/index.ts': ['lambda/shared/period', 'node:fs', 'aws-cdk-lib'],
    'lib/newcomer.ts': ['lib/settings/names'],
    'tools/newcomer.ts': ['zod'],
  },
  'no circles of files': { 'demo/bench/circle.ts': ['demo/bench/circle'] },
  'public paths of packages': {
    'test/newcomer.test.ts': [
      ...[
        'cdk-nag/lib/utils/flatten-cfn-reference',
        '@aws-sdk/client-iam/dist-es/IAMClient.js',
        'esbuild/install',
        'handlebars/lib/precompiler',
      ],
    ],
  },
  'only what is there': {
    'test/newcomer.test.ts': ['csv-parse/lib/api/index.js', 'zod/v4/classic/errors.js', 'a-package-that-nobody-has'],
  },
  'wire protocols in the wire only': {
    'sandbox/services/importing.ts': ['@smithy/core/protocols', '@smithy/core/schema', '@aws-sdk/core/protocols'],
    'lambda/shared/importing.ts': ['@smithy/core/protocols'],
    'cli/doctor/importing.ts': ['@aws-sdk/core/protocols'],
  },
};

/** Beside what the project itself imports: subpaths that packages export on purpose. */
export const LET_THROUGH: Readonly<Record<string, readonly string[]>> = {
  'sandbox/wire/rest.ts': ['@smithy/core/protocols', '@smithy/core/schema', '@aws-sdk/core/protocols'],
  'lambda/core/read/inventory.ts': ['csv-parse/sync'],
  'lambda/shared/pace.ts': ['@smithy/core/retry'],
  'cli/base/next-step.ts': ['@smithy/core/config'],
  'cli/base/output.ts': ['csv-stringify/sync'],
  'lib/constructs/reporter.ts': ['aws-cdk-lib/aws-lambda'],
};
