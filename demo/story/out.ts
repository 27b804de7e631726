import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { escape } from 'html-escaper';
import type { Sandbox } from '../../sandbox/sandbox';

const PARTS = ['mails', 'results'];

/** Removes what an earlier run wrote there. */
export async function removeOut(directory: string): Promise<void> {
  await Promise.all(PARTS.map((part) => rm(join(directory, part), { recursive: true, force: true })));
}

/** Writes every mail, result and report to a directory that a person can open, with an index; gives the number of files. */
export function writeOut(sandbox: Sandbox, directory: string): number {
  const links: string[] = [];
  const write = (name: string, content: string): void => {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  sandbox.mails.forEach((mail, index) => {
    const name = `mails/${String(index + 1).padStart(4, '0')}-${mail.at.toISOString().slice(0, 10)}-${mail.to.join('+').replaceAll(/[^\w@.-]/g, '_')}.html`;
    write(name, mail.html ?? '');
    links.push(row(name, mail.at, mail.to.join(', '), mail.subject));
  });
  let results = 0;
  for (const { buckets } of sandbox.world.accounts.values()) {
    for (const { objects } of buckets.values()) {
      for (const [key, { body }] of objects) {
        write(`results/${key}`, Buffer.from(body).toString('utf8'));
        results += 1;
        if (key.endsWith('report.html'))
          links.push(row(`results/${key}`, new Date(sandbox.clock.now()), '', `run report ${key.split('/')[1] ?? ''}`));
      }
    }
  }
  write('index.html', page(links));
  return sandbox.mails.length + results;
}

const row = (href: string, at: Date, to: string, title: string): string =>
  `<tr><td>${at.toISOString().slice(0, 10)}</td><td>${escape(to)}</td><td><a href="${encodeURI(href)}">${escape(title)}</a></td></tr>`;

const page = (rows: readonly string[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Mails and reports of the demonstration</title>
<style>body{font:14px system-ui,sans-serif;margin:2rem;color:#1f2933}table{border-collapse:collapse}td{padding:.3rem .8rem;border-bottom:1px solid #e4e7eb}</style></head>
<body><h1>Mails and reports of the demonstration</h1><table>${rows.join('\n')}</table></body></html>
`;
