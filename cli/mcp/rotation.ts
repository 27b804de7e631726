import { z } from 'zod';
import type { Access } from '../base/options';
import { findRotation, type Rotation } from '../rotation/service';

/** More entries than these make no model wiser; the answer says how many were left out. */
const MOST_ENTRIES = 200;

/** Finds the rotation for a call that is made with some credentials. */
export type FindRotation = (access: Access) => Promise<Rotation>;

/**
 * The stack that the server was started for, with the credentials that it was started with; where none was named, the one that is deployed
 * where a call's credentials are, or defaults.
 */
export const rotations =
  (own: Access, stack: string | undefined): FindRotation =>
  (access) => {
    const { profile, region } = stack === undefined ? access : own;
    const place = { ...(profile !== undefined && { profile }), ...(region !== undefined && { region }) };
    return findRotation({ ...place, given: {}, ...(stack !== undefined && { stack }) });
  };

/** The first entries, and how many there are beyond them. */
export const first = <T>(entries: readonly T[]): { entries: T[]; left_out: number } => ({
  entries: entries.slice(0, MOST_ENTRIES),
  left_out: Math.max(0, entries.length - MOST_ENTRIES),
});

const lastUsed = z.object({ at: z.string(), service: z.string(), region: z.string() }).optional();

/** A key with what the rotation does to it next. */
export const auditedKey = z.object({
  user: z.string(),
  keyId: z.string(),
  status: z.enum(['Active', 'Inactive']),
  created: z.string(),
  ageDays: z.number(),
  lastUsed: lastUsed.describe('absent: never used'),
  beyond: z.array(z.string()).describe('the limits that the key is beyond'),
  due: z.boolean().describe('a step is due today, or due and blocked'),
  next: z.object({ action: z.string(), label: z.string(), at: z.string(), why: z.string() }).nullable(),
});

/** One thing that a run will do. */
export const forecastEntry = z.object({
  at: z.string(),
  account: z.string(),
  user: z.string(),
  owner: z.string().nullable(),
  keyId: z.string().nullable(),
  action: z.string(),
  label: z.string(),
  step: z.string().nullable(),
  on: z.string().nullable(),
  successor: z.string().nullable(),
  deferred: z.boolean(),
  why: z.string(),
});
