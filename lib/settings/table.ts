import type { z } from 'zod';
import { fields } from './fields';

/** One row of the settings table. */
export interface SettingRow {
  name: string;
  /** `required`, empty for a setting that may be absent, otherwise the default as JSON. */
  default: string;
  /** What is accepted, in the words of the mistake that anything else is. */
  takes: string;
  meaning: string;
}

/** Accepted by no setting. */
const NOTHING = Symbol('nothing');

function ruleOf(field: z.ZodType, value: unknown): string {
  const [issue] = field.safeParse(value).error?.issues ?? [];
  return (issue?.message ?? '').replace(/^must be /, '');
}

function takes(field: z.ZodType): string {
  const rule = ruleOf(field, NOTHING);
  return rule.startsWith('a list') ? `a list; each member ${ruleOf(field, [NOTHING])}` : rule;
}

/** Every setting with its default, what it takes and its meaning, in the order of their definition. */
export function settingRows(): SettingRow[] {
  return Object.entries(fields.shape).map(([name, field]) => {
    const absent = field.safeParse(undefined);
    const fallback = absent.success ? JSON.stringify(absent.data ?? '').replace(/^""$/, '') : 'required';
    return { name, default: fallback, takes: takes(field), meaning: field.description ?? '' };
  });
}
