import { checkTemplate } from '../../../lambda/mail/check-templates';
import { buildDigests } from '../../../lambda/mail/digest';
import { templateData } from '../../../lambda/mail/escape';
import { MAIL_TEMPLATES } from '../../../lambda/mail/model';
import { mailSamples, sampleAuditResult, sampleResult } from '../../../lambda/mail/samples';
import { SECTION_ORDER, wording } from '../../../lambda/mail/sections';
import { accountResult, action, user } from './factories';
import { MAILS, render, renderAll, source } from './mails';

describe.each(MAIL_TEMPLATES)('the template %s', (name) => {
  it('uses only what its data holds', () => {
    expect(() => {
      checkTemplate(source(name), mailSamples[name]);
    }).not.toThrow();
  });

  it('renders its sample without holes', () => {
    for (const part of Object.values(renderAll(name, mailSamples[name]))) {
      expect(part).not.toMatch(/\[object|undefined|null|NaN|\{\{|\}\}/);
      expect(part.trim()).not.toBe('');
    }
  });

  it('renders texts that do not depend on how the engine treats tags alone on a line', () => {
    const { subject, text } = source(name);
    for (const part of [subject, text]) {
      expect(render(part, mailSamples[name], true)).toBe(render(part, mailSamples[name], false));
    }
  });

  it('needs nothing from the network and fits SES', () => {
    const { html, text } = source(name);
    expect(html).not.toMatch(/<img|<link|<script|url\(|src=|@import|href="(?!\{\{)/i);
    expect(Buffer.byteLength(html + text)).toBeLessThan(500_000);
  });

  it('keeps within what Gmail takes of styles, in both colours', () => {
    const styles = [...source(name).html.matchAll(/<style[^>]*>([^]*?)<\/style>/g)].map(([, style = '']) => style);
    expect(Buffer.byteLength(styles.join(''))).toBeLessThan(16_000);
    expect(styles.join('')).toContain('prefers-color-scheme: dark');
  });
});

describe('a digest with hostile names', () => {
  const hostile = '<script>alert("x")</script>{{text.runId}}\r\nBcc: all@example.com \u202e👩‍💻';
  const result = accountResult({
    account: { id: '111122223333', name: hostile, email: 'aws@example.com' },
    users: [user(hostile, { actions: [action({ reason: hostile, secretName: hostile })] })],
  });
  const { subject, html, text } = renderAll('digest', templateData(buildDigests(result, 'eu-west-1').digests[0]!.data));

  it('shows markup as text', () => {
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;{{text.runId}}');
  });

  it('keeps the subject in one line and the text readable', () => {
    expect(subject).not.toMatch(/[\r\n\u202e]/);
    expect(text).toContain('<script>alert("x")</script>{{text.runId}} Bcc: all@example.com');
    expect(text).not.toContain('&lt;');
  });
});

describe('the digests in both forms', () => {
  it('show every kind of section', () => {
    for (const [name, dryRun] of [
      ['digest', false],
      ['digest-audit', true],
    ] as const) {
      const { html, text } = renderAll(name, mailSamples[name]);
      // In the sample the one key that was disabled was in use, and something failed.
      for (const kind of SECTION_ORDER) {
        const level = dryRun ? 'info' : ({ disable: 'outage', attention: 'failed' } as const)[kind as string];
        const { title } = wording(kind, dryRun, level);
        expect(html).toContain(title);
        expect(text).toContain(title);
      }
    }
  });

  it('say in an audit, and only there, that nothing was changed', () => {
    const audit = renderAll('digest-audit', mailSamples['digest-audit']);
    expect(audit.subject).toMatch(/^\[Dry run\]/);
    expect(audit.html).toContain('nothing was changed');
    expect(audit.text).toContain('NOTHING WAS CHANGED');
    expect(audit.text).not.toMatch(/This key was (disabled|deleted|removed)|A new key was/);
    expect(Object.values(renderAll('digest', mailSamples.digest)).join('')).not.toMatch(/nothing was changed/i);
  });

  it('say in the subject what is most urgent, by when, and in which account', () => {
    expect(renderAll('digest', mailSamples.digest).subject).toBe(
      'Failed: not everything could be done for fraud-check; action needed by 22 Nov: switch mail-relay to its new key (Payments)',
    );
    expect(renderAll('digest-audit', mailSamples['digest-audit']).subject).toMatch(
      /^\[Dry run\] AWS access keys in Payments: .* and more; next step 22 Nov 2026$/,
    );
  });

  it('say the same in HTML and in plain text', () => {
    for (const mail of Object.values(MAILS)) {
      const { html, text } = mail();
      const body = html.slice(html.indexOf('<h1>'));
      const shown = body.replaceAll(/<[^>]+>/g, ' ').replaceAll(/&[a-z]+;|&#39;/g, ' ');
      const words = (of: string): Set<string> => new Set(of.toLowerCase().match(/[a-z0-9][\w.-]{3,}\w/g) ?? []);
      const known = words(text);
      expect([...words(shown)].filter((word) => !known.has(word))).toEqual([]);
      // Of a link the HTML has the address in its markup.
      const written = words(html.slice(html.indexOf('<body')));
      expect([...known].filter((word) => !written.has(word))).toEqual([]);
    }
  });

  it('render an owner with a single item, and the last of several parts', () => {
    const owner = buildDigests(sampleResult, 'eu-west-1').digests.find((d) => d.recipient === 'billing-team@example.com')!;
    const data = templateData({ ...owner.data, part: 'part 2 of 2', more: '7 more items are not listed here' });
    const { subject, html, text } = renderAll('digest', data);
    expect(subject).toMatch(/\(Payments, part 2 of 2\)$/);
    expect(html).toContain('7 more items are not listed here.');
    expect(text).toContain('a tag names your address as the owner');
    expect(text).not.toContain('ledger-sync');
  });

  it('hold the sample of a dry run for the same account', () => {
    expect(sampleAuditResult.users.map((one) => one.user)).toEqual(sampleResult.users.map((one) => one.user));
  });
});
