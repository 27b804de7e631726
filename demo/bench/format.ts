import type { Spread } from './statistics';

const MIB = 2 ** 20;

/** A whole number with separators between thousands. */
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Milliseconds as people say them: `87 ms`, `1.52 s`, `95 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${whole(milliseconds)} ms`;
  const seconds = milliseconds / 1_000;
  return `${seconds < 9.995 ? seconds.toFixed(2) : seconds < 99.95 ? seconds.toFixed(1) : whole(seconds)} s`;
}

/** Median, and in brackets the least and the most when there is more than one value. */
export function spread({ median, least, most }: Spread, show: (value: number) => string = duration): string {
  return least === most ? show(median) : `${show(median)} (${show(least)} – ${show(most)})`;
}

/** Bytes in MiB. */
export const mebibytes = (bytes: number): string => `${(bytes / MIB).toFixed(bytes < 10 * MIB ? 1 : 0)} MiB`;

/** Bytes in KiB. */
export const kibibytes = (bytes: number): string => `${(bytes / 1_024).toFixed(bytes < 10_240 ? 1 : 0)} KiB`;

/** US dollars: cents below 100, whole dollars from there on. */
export function dollars(amount: number): string {
  const size = Math.abs(amount);
  const digits = size < 100 ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : { maximumFractionDigits: 0 };
  return `${amount < 0 ? '−' : ''}$${size.toLocaleString('en-US', digits)}`;
}

/** How many times one number is another. */
export const times = (more: number, less: number): string => `${(more / less).toFixed(more / less < 10 ? 1 : 0)} ×`;
