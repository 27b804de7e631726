import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..', '..');
const PLAN = 'lambda/core/plan/plan.ts';

/** Rule → what it names → code that it must refuse. */
type Refused = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

const IN_FUNCTIONS: Refused = {
  'no-restricted-syntax': {
    'NewExpression[callee.name="Date"][arguments.length=0]': ['new Date()', 'new Date', 'const at = new Date().toISOString()'],
    'CallExpression[callee.name="Date"]': ['Date()'],
  },
  'no-restricted-properties': { 'Date.now': ['Date.now()', 'const clock = Date.now', "Date['now']()", 'const { now } = Date'] },
  'no-restricted-globals': {
    performance: ['performance.now()'],
    process: ["process.env['HOME']", 'process.env.HOME', 'const { env } = process', 'process.hrtime()'],
    globalThis: ['globalThis.process.env', 'globalThis.Date.now()'],
    global: ['global.process.env'],
  },
};
const IN_PURE_FILES: Refused = {
  'no-restricted-properties': { 'Math.random': ['Math.random()'] },
  'no-restricted-globals': { crypto: ['crypto.randomUUID()'] },
};
const ALLOWED = ['new Date(now)', 'Date.UTC(2026, 0)', "Date.parse('2026-01-01')", 'clock()', 'Math.floor(1.5)', 'at instanceof Date'];

const rooms = ['core', 'core/act', 'core/read', 'core/store', 'mail', 'runs', 'shared', 'rotator', 'reporter', 'orchestrator'];
const pureFiles = [
  PLAN,
  'lambda/core/plan/new.ts',
  'lambda/shared/decision.ts',
  'lambda/shared/errors.ts',
  'lambda/shared/names.ts',
  'lambda/shared/period.ts',
];
const files = [...rooms.map((room) => `lambda/${room}/new.ts`), 'lambda/shared/index.ts', 'lambda/core/index.ts', ...pureFiles];

interface Trial {
  filePath: string;
  text: string;
  rules: string[];
}
const refusals = (filePaths: readonly string[], refused: Refused): Trial[] =>
  Object.entries(refused).flatMap(([rule, named]) =>
    filePaths.flatMap((filePath) =>
      Object.values(named)
        .flat()
        .map((text) => ({ filePath, text, rules: [rule] })),
    ),
  );
const passes = (filePath: string, texts: readonly string[]): Trial[] => texts.map((text) => ({ filePath, text, rules: [] }));
const trials: readonly Trial[] = [
  ...refusals(files, IN_FUNCTIONS),
  ...refusals(pureFiles, IN_PURE_FILES),
  ...passes(PLAN, ALLOWED),
  ...passes('lambda/rotator/index.ts', ['new Date()', 'Date.now()', "process.env['HOME']"]),
];

type Named = string | { selector?: string; object?: string; property?: string; name?: string };
interface Report {
  linted: { filePath: string; messages: { ruleId: string | null; severity: number }[] }[];
  /** Of the files asked for. */
  ignored: string[];
  rules: Record<string, [severity: number, ...named: Named[]]>;
}

function lint(): Report {
  const texts = trials.map(({ filePath, text }) => ({ filePath, text }));
  const files = readdirSync(join(ROOT, 'lambda'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const input = JSON.stringify({ texts, files: files.map((file) => join('lambda', file)), ruled: PLAN });
  const options = { cwd: ROOT, input, encoding: 'utf8', maxBuffer: 100_000_000 } as const;
  const { stdout, stderr } = spawnSync(process.execPath, [join('test', 'helpers', 'lint-walls.mjs')], options);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

const nameOf = (named: Named): string =>
  typeof named === 'string' ? named : (named.selector ?? named.name ?? `${named.object ?? '*'}.${named.property ?? '*'}`);

describe('what the code of the functions may learn from the machine', () => {
  const { linted, ignored, rules } = lint();

  it.each(trials.map((trial, place) => ({ ...trial, place })))('$filePath: $text → $rules', ({ rules, place }) => {
    expect(linted[place]?.messages.map(({ ruleId }) => ruleId)).toEqual(rules);
  });

  it('is refused by rules that were each seen to refuse', () => {
    const proven = [IN_FUNCTIONS, IN_PURE_FILES].flatMap((refused) =>
      Object.entries(refused).flatMap(([rule, named]) => Object.keys(named).map((name) => `${rule} ${name}`)),
    );
    const inForce = Object.entries(rules).flatMap(([rule, [, ...named]]) =>
      rule.startsWith('no-restricted-') ? named.map((one) => `${rule} ${nameOf(one)}`) : [],
    );
    expect(proven.sort()).toEqual(inForce.sort());
  });

  // All files take as long as all of the above, so they are looked at once: by `npm run lint`, which fails for what is an error.
  it('is nothing today but what it is given, or a check ends before its tests', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    expect(scripts['check']?.split(' && ')).toContain('npm run lint');
    expect(scripts['lint']?.split(' && ').at(-1)).toBe('eslint . --max-warnings 0');
    expect(ignored).toEqual([]);
    expect(linted.flatMap(({ messages }) => messages.filter(({ severity }) => severity !== 2))).toEqual([]);
  });
});
