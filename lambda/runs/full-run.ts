import type { StoredManifest } from './schemas';

/**
 * Whether a run was sent to every account. Skipping somebody because they were not asked for is what a run by hand does; a manifest of an
 * older version does not say.
 */
export const isFull = ({ forceRotate, skipped }: StoredManifest): boolean =>
  forceRotate === undefined && !skipped.some(({ code }) => code === 'not-asked-for');
