import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['node_modules/', 'cdk.out/', 'out/', 'jest.config.js', 'eslint.config.mjs', 'bin/*.js'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  { files: ['bin/**', 'lib/**'], rules: { 'no-new': 'off' } },
  {
    // A program shows its help without loading what only its work needs.
    files: ['cli/**/main.ts', 'cli/schedule/*.ts', 'demo/**/main.ts'],
    rules: { '@typescript-eslint/no-require-imports': ['error', { allow: ['^\\./'] }] },
  },
  {
    files: ['lambda/core/plan/plan.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: ['@aws-sdk/*', 'node:*'] }],
      'no-restricted-globals': ['error', 'Date.now', 'process'],
    },
  },
  { files: ['test/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  {
    // Handlers use the core, the core uses what is shared, and never the other way round.
    files: ['lambda/shared/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '/(rotation|mail|rotator|orchestrator|reporter)/' }] }] },
  },
  {
    // The emulator knows nothing about key rotation.
    files: ['sandbox/**'],
    ignores: ['demo/story/**', 'demo/serve/**', 'demo/bench/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '/lambda/(rotation|shared|mail|rotator|orchestrator|reporter)/|/lib/|/cli/|/demo/|/serve/|/bench/' }] },
      ],
    },
  },
);
