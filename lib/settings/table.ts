import { fields } from './fields';

/** One row of the settings table in the README. */
export interface SettingRow {
  name: string;
  /** `required`, empty for a setting that may be absent, otherwise the default as JSON. */
  default: string;
  meaning: string;
}

/** Every setting with its default and meaning, in the order of their definition. */
export function settingRows(): SettingRow[] {
  return Object.entries(fields.shape).map(([name, field]) => {
    const absent = field.safeParse(undefined);
    const fallback = absent.success ? JSON.stringify(absent.data ?? '').replace(/^""$/, '') : 'required';
    return { name, default: fallback, meaning: field.description ?? '' };
  });
}
