import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { CLOCK_WALLS } from './walls/clock.mjs';

export default tseslint.config(
  { ignores: ['node_modules/', 'cdk.out/', 'out/', 'dist/', '**/*.{js,cjs,mjs}'] },
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
    files: ['bin/documents.ts', 'demo/**/main.ts', 'demo/bench/parts/index.ts', 'test/safety/histories/soak.ts'],
    rules: { '@typescript-eslint/no-require-imports': ['error', { allow: ['^\\./'] }] },
  },
  {
    // A command loads what it seldom needs when it first needs it.
    files: ['lib/settings/consistency.ts'],
    rules: { '@typescript-eslint/no-require-imports': ['error', { allow: ['^aws-cdk-lib/region-info$'] }] },
  },
  {
    // A function loads what it seldom needs when it first needs it: LATER in lib/constructs/bundle.ts.
    files: ['lambda/shared/clients.ts'],
    rules: { '@typescript-eslint/no-require-imports': ['error', { allow: ['^\\./cloudtrail$'] }] },
  },
  { files: ['test/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  ...CLOCK_WALLS,
);
