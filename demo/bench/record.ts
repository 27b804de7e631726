import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PartResult } from './part';

/** How and when a part was measured. */
export interface Circumstances {
  /** ISO 8601. */
  measuredAt: string;
  machine: { cpu: string; cores: number; node: string; platform: string };
  settings: { users: readonly number[]; accounts: readonly number[]; runs: number; latencyMs: number };
}

/** The last figures of every part that ever ran here. */
export type BenchRecord = Record<string, Circumstances & PartResult>;

/** Reads the record; empty when there is none. */
export function readRecord(file: string): BenchRecord {
  if (!existsSync(file)) return {};
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { parts?: BenchRecord }).parts ?? {};
  } catch (cause) {
    throw new Error(`${file} is no record of npm run bench; remove it`, { cause });
  }
}

/** Writes the record, other parts' figures kept. */
export function addToRecord(file: string, part: string, measured: Circumstances & PartResult): void {
  const parts = { ...readRecord(file), [part]: measured };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ parts }, undefined, 2)}\n`);
}
