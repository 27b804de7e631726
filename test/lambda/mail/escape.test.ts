import { clean, templateData } from '../../../lambda/mail/escape';

describe('template data', () => {
  it.each([
    ['markup', '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;', '<script>alert(1)</script>'],
    ['quotes', `" onload='x'`, '&quot; onload=&#39;x&#39;', `" onload='x'`],
    ['ampersands, once', 'a & b &amp; c', 'a &amp; b &amp;amp; c', 'a & b &amp; c'],
    ['braces, which SES does not render again', '{{text.runId}}', '{{text.runId}}', '{{text.runId}}'],
    ['emoji and right-to-left letters, kept', '👩‍💻 שלום', '👩‍💻 שלום', '👩‍💻 שלום'],
    ['line breaks, which would end a subject', 'a\r\nBcc: x@evil.example', 'a Bcc: x@evil.example', 'a Bcc: x@evil.example'],
    ['writing-direction overrides, which disguise names', 'admin\u202etxt.exe', 'admin txt.exe', 'admin txt.exe'],
    ['Unicode line separators and control characters', 'a\u2028b\u0000c\u0085d', 'a b c d', 'a b c d'],
  ])('makes %s safe', (_, value, html, text) => {
    expect(templateData({ value })).toEqual({ html: { value: html }, text: { value: text } });
  });

  it('reaches strings at every depth and leaves numbers and booleans alone', () => {
    const data = templateData({ on: true, n: 3, list: [{ inner: { name: '<b>' } }, { inner: { name: 'c' } }] });
    expect(data.html).toEqual({ on: true, n: 3, list: [{ inner: { name: '&lt;b&gt;' } }, { inner: { name: 'c' } }] });
    expect(data.text).toEqual({ on: true, n: 3, list: [{ inner: { name: '<b>' } }, { inner: { name: 'c' } }] });
  });

  it('does not change the value it was given', () => {
    const value = { name: '<b>\n' };
    templateData(value);
    expect(value).toEqual({ name: '<b>\n' });
  });
});

test('clean turns a run of unsafe characters into a single space', () => {
  expect(clean('\n a\t\t\nb \u200f')).toBe('a b');
});
