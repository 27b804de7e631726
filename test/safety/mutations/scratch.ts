import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { removeAtEnd } from '../../../cli/base/ending';
import type { Mutation } from './mutation';

const ROOT = resolve(__dirname, '..', '..', '..');
/** Everything that tests read. */
const COPIED = ['bin', 'lib', 'lambda', 'page', 'sandbox', 'demo', 'cli', 'templates', 'test', 'docs', 'README.md', 'cdk.json'];
const CONFIGURATION = ['package.json', 'package-lock.json', 'tsconfig.json', 'jest.config.js'];

/** What a run of tests said. */
export interface Verdict {
  /** Titles of the tests that failed, each with its file. */
  failed: { file: string; title: string }[];
  /** A test file could not be run at all: that is no proof of anything. */
  broken?: string;
}

interface JestReport {
  testResults: {
    name: string;
    message: string;
    status: string;
    assertionResults: { status: string; fullName: string }[];
  }[];
}

/** Replaces the mutation's text; throws when the file does not hold it exactly once. */
export function mutate(text: string, { bug, file, find, replace }: Mutation): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${file} holds the text of "${bug}" ${parts.length - 1} times, expected once: ${find}`);
  return parts.join(replace);
}

/** A title may end in an error with its stack, which names files of this machine. */
const firstLine = (title: string): string => title.split('\n')[0] ?? '';

/** A copy of the project in which code may be broken. */
export class Scratch {
  private readonly directory = mkdtempSync(join(tmpdir(), 'mutations-'));

  constructor() {
    for (const name of [...COPIED, ...CONFIGURATION]) cpSync(join(ROOT, name), join(this.directory, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.directory, 'node_modules'));
    mkdirSync(join(this.directory, 'out'));
  }

  /** Throws when a bug cannot be put into the copied code. */
  check(mutations: readonly Mutation[]): void {
    for (const mutation of mutations) mutate(readFileSync(join(this.directory, mutation.file), 'utf8'), mutation);
  }

  /** Runs tests with the bug in place, and takes it out again. */
  async with(mutation: Mutation, tests: readonly string[]): Promise<Verdict> {
    const path = join(this.directory, mutation.file);
    const original = readFileSync(path, 'utf8');
    writeFileSync(path, mutate(original, mutation));
    try {
      return await this.run(tests);
    } finally {
      writeFileSync(path, original);
    }
  }

  /** Runs test files. */
  async run(tests: readonly string[], workers = 1): Promise<Verdict> {
    const output = join(this.directory, 'out', 'jest.json');
    rmSync(output, { force: true });
    const flags = ['--ci', '--silent', `--maxWorkers=${workers}`, '--json', `--outputFile=${output}`];
    const jest = join('node_modules', 'jest', 'bin', 'jest.js');
    const complaints = await this.node([jest, ...flags, ...tests]);
    let report: JestReport;
    try {
      report = JSON.parse(readFileSync(output, 'utf8')) as JestReport;
    } catch {
      return { failed: [], broken: `jest gave no report: ${complaints.slice(-2_000)}` };
    }
    if (report.testResults.length === 0) return { failed: [], broken: `no test file matches ${tests.join(' ')}` };
    const failed = report.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName }) => ({
          file: name.slice(name.indexOf(`${this.directory}/`) + this.directory.length + 1),
          title: firstLine(fullName),
        })),
    );
    const unrunnable = report.testResults.find(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0);
    return { failed, ...(failed.length === 0 && unrunnable && { broken: unrunnable.message }) };
  }

  /** Removes the copy. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private node(args: readonly string[]): Promise<string> {
    return new Promise((done, failed) => {
      const child = spawn(process.execPath, args, { cwd: this.directory, stdio: ['ignore', 'ignore', 'pipe'] });
      const forget = removeAtEnd(() => void child.kill());
      const complaints: string[] = [];
      child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString('utf8')));
      child.on('error', failed);
      child.on('close', () => {
        forget();
        done(complaints.join(''));
      });
    });
  }
}
