import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LEVELS } from '../../lambda/mail/urgency';
import { LATEST_KEY, RUNS } from '../../lambda/runs/run-keys';
import type { SentMail } from '../../sandbox/kernel/world';
import type { Sandbox } from '../../sandbox/sandbox';
import { galleryPage, type GalleryMail, type GalleryReport, type MailKind } from './gallery';

const PARTS = ['mails', 'results'];

/** Removes what an earlier run wrote there. */
export async function removeOut(directory: string): Promise<void> {
  await Promise.all(PARTS.map((part) => rm(join(directory, part), { recursive: true, force: true })));
}

/** Writes every mail, result and report to a directory that a person can open, with an index; gives the number of files. */
export function writeOut(sandbox: Sandbox, directory: string): number {
  const write = (name: string, content: string): void => {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  const mails = sandbox.mails.map((mail, index): GalleryMail => {
    const day = mail.at.toISOString().slice(0, 10);
    const to = mail.to.join(', ');
    const href = `mails/${String(index + 1).padStart(4, '0')}-${day}-${mail.to.join('+').replaceAll(/[^\w@.-]/g, '_')}.html`;
    write(href, mail.html ?? '');
    return { href, day, to, subject: mail.subject, kind: kindOf(mail) };
  });
  const reports: GalleryReport[] = [];
  let [results, latest] = [0, ''];
  for (const { buckets } of sandbox.world.accounts.values()) {
    for (const { objects } of buckets.values()) {
      for (const [key, { body }] of objects) {
        const href = `results/${key}`;
        write(href, Buffer.from(body).toString('utf8'));
        results += 1;
        if (key === LATEST_KEY) latest = href;
        const runId = key.slice(RUNS.length).split('/')[0] ?? '';
        const [, year = '', month = '', day = ''] = /^(\d{4})(\d\d)(\d\d)T/.exec(runId) ?? [];
        if (key.endsWith('/report.html') && year !== '') reports.push({ href, day: `${year}-${month}-${day}`, runId });
      }
    }
  }
  reports.sort((a, b) => (a.runId < b.runId ? -1 : 1));
  write('index.html', galleryPage({ mails, reports, ...(latest !== '' && { latest }) }));
  return sandbox.mails.length + results;
}

/** By the template, and for a digest by how urgent it is. */
function kindOf({ template = '', templateData = '{}' }: SentMail): MailKind {
  if (template.endsWith('summary')) return 'summary';
  if (template.endsWith('audit')) return 'dry-run';
  const { text } = JSON.parse(templateData) as { text?: { level?: string } };
  return LEVELS.find((level) => level === text?.level) ?? 'info';
}
