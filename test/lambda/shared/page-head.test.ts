import { createHash } from 'node:crypto';
import { pageHead } from '../../../lambda/shared/page-head';

const STYLE = 'body { color: red }';
const SCRIPT = 'console.log(1)';
const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policyOf = (html: string): string => /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';

it('lets its own style and script run, and nothing else', () => {
  expect(policyOf(pageHead({ title: 'T', style: STYLE, script: SCRIPT }))).toBe(
    `default-src 'none'; script-src ${hash(SCRIPT)}; style-src ${hash(STYLE)}; base-uri 'none'; form-action 'none'`,
  );
});

it('runs nothing when it has no script', () => {
  expect(policyOf(pageHead({ title: 'T', style: STYLE }))).toBe(
    `default-src 'none'; style-src ${hash(STYLE)}; base-uri 'none'; form-action 'none'`,
  );
});

it('shows frames and sends forms where it is told, and nowhere else', () => {
  expect(policyOf(pageHead({ title: 'T', style: STYLE, frames: "'self' file:", forms: "'self'" }))).toBe(
    `default-src 'none'; style-src ${hash(STYLE)}; frame-src 'self' file:; base-uri 'none'; form-action 'self'`,
  );
});

it('fits a phone, light and dark, and has the style whose hash it names', () => {
  const html = pageHead({ title: 'Keys &amp; more', style: STYLE });
  expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
  expect(html).toContain('<meta name="color-scheme" content="light dark">');
  expect(html).toContain('<title>Keys &amp; more</title>');
  expect(html).toContain(`<style>${STYLE}</style>`);
});
