import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** A loaded module. */
export interface Loaded {
  exports: unknown;
  /** Keeps what V8 has compiled of it so far for the processes to come; absent when that was done before. */
  keep?: () => void;
}

/**
 * Requires one CommonJS file with the code that an earlier process kept in this directory. A file that uses `import()` cannot be loaded so.
 */
export function requireWithKeptCode(file: string, directory: string): Loaded {
  const source = Module.wrap(readFileSync(file, 'utf8'));
  const kept = join(directory, createHash('sha256').update(source).digest('hex'));
  const cachedData = existsSync(kept) ? readFileSync(kept) : undefined;
  const script = new Script(source, { filename: file, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  const run = script.runInThisContext() as (...scope: unknown[]) => void;
  run.call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
  if (cachedData && !script.cachedDataRejected) return module;
  return {
    exports: module.exports,
    keep() {
      // A process that is killed meanwhile leaves no half of a file under that name.
      writeFileSync(`${kept}-${process.pid}`, script.createCachedData());
      renameSync(`${kept}-${process.pid}`, kept);
    },
  };
}
