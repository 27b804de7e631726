import { reportHtml } from '../../../lambda/reporter/report-html';
import { failures, summary } from './factories';

describe('the report', () => {
  it('holds every failure, not only those of the mail', () => {
    const html = reportHtml(summary({ failures: failures(62) }));
    expect(html).toContain('Failures (62)');
    expect(html).toContain('user-61');
  });

  it('shows hostile names as text and loads nothing', () => {
    const evil = '<img src=x onerror=alert(1)>"\'{{x}}';
    const html = reportHtml(
      summary({
        runId: evil,
        accounts: [{ id: '111111111111', name: evil, status: 'silent', usersSeen: 0, failures: 0, usersFailed: 0, usersLeft: 0 }],
        skipped: [{ account: '2', name: evil, reason: evil }],
        failures: [{ account: '1', accountName: evil, user: evil, step: evil, error: evil, message: evil }],
        actions: [{ action: evil, done: 1, planned: 0, failed: 0, deferred: 0 }],
      }),
    );
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;{{x}}');
    expect(html).not.toMatch(/<script|<link|url\(|https?:/);
  });

  it('names skipped accounts with the reason', () => {
    expect(reportHtml(summary({ skipped: [{ account: '222222222222', name: 'Closed', reason: 'SUSPENDED' }] }))).toContain(
      '<td>Closed (222222222222)</td><td>SUSPENDED</td>',
    );
  });
});
