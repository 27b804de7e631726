import { PURE_FILES } from './rooms.mjs';

const TIME = 'Time comes in as `now` or `clock`: only the index.ts of a function asks what time it is.';
const SURROUNDINGS = 'What a function is given comes in as an argument: only its index.ts reads the environment.';
const PURE = 'The plan is made from its arguments alone.';

const timeless = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: TIME },
  { selector: 'CallExpression[callee.name="Date"]', message: TIME },
];
const noClock = [{ object: 'Date', property: 'now', message: TIME }];
const noEnvironment = [
  { name: 'performance', message: TIME },
  { name: 'process', message: SURROUNDINGS },
  { name: 'globalThis', message: SURROUNDINGS },
  { name: 'global', message: SURROUNDINGS },
];

/** What ESLint refuses beside imports: whatever a function's code could learn from the machine that it runs on. */
export const CLOCK_WALLS = [
  {
    files: ['lambda/**/*.ts'],
    ignores: ['lambda/!(core|mail|runs|shared)/index.ts', 'lambda/key-api/authorizer/index.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...timeless],
      'no-restricted-properties': ['error', ...noClock],
      'no-restricted-globals': ['error', ...noEnvironment],
    },
  },
  {
    files: ['lambda/core/plan/**/*.ts', `lambda/shared/{${PURE_FILES.join(',')}}.ts`],
    rules: {
      'no-restricted-properties': ['error', ...noClock, { object: 'Math', property: 'random', message: PURE }],
      'no-restricted-globals': ['error', ...noEnvironment, { name: 'crypto', message: PURE }],
    },
  },
];
