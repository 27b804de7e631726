import { createHash } from 'node:crypto';

/** What the beginning of a page says. */
interface PageHead {
  /** As HTML. */
  title: string;
  style: string;
  /** Without one, the page runs nothing. */
  script?: string;
  /** Where pages may be from that it shows in a frame; nowhere when not given. */
  frames?: string;
  /** Where its forms may lead; nowhere when not given. */
  forms?: string;
}

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * The beginning of a page, up to its body, that may load nothing: its policy lets the one style and the one script run that are in it, whatever
 * else comes to stand there.
 */
export function pageHead({ title, style, script, frames, forms = "'none'" }: PageHead): string {
  const policy = [
    "default-src 'none'",
    ...(script === undefined ? [] : [`script-src ${hash(script)}`]),
    `style-src ${hash(style)}`,
    ...(frames === undefined ? [] : [`frame-src ${frames}`]),
    "base-uri 'none'",
    `form-action ${forms}`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="same-origin">
<title>${title}</title>
<style>${style}</style>
</head>
`;
}
