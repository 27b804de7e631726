import { count } from '../../mail/words';
import { DAY_MS } from '../../shared/period';
import { number } from './html';
import type { ReportFacts } from './report-facts';

/** The age in days that auditors ask for. */
const ASKED_DAYS = 90;

/** What the run says of the controls that auditors ask about. */
export function controls({ keys }: Pick<ReportFacts, 'keys'>): string {
  const unused = keys.accounts.reduce((sum, account) => sum + account.unused, 0);
  const row = (what: string, names: string, failing: number): string => {
    const verdict = failing === 0 ? '<span class="mark good">passed</span>' : `<span class="mark bad">${number(failing)} failing</span>`;
    return `<tr><th scope="row">${what}<br><small>${names}</small></th><td class="number">${verdict}</td></tr>`;
  };
  const { policy } = keys;
  if (!policy) return '<p class="soft">No result of this run tells of keys.</p>';
  const why =
    policy.disableMs > ASKED_DAYS * DAY_MS
      ? `<p class="more soft">By this policy an old key stays active for up to ${count(Math.round(policy.disableMs / DAY_MS), 'day')}; with <code>profile: compliant</code> none is older than ${ASKED_DAYS}.</p>`
      : '';
  return `<table><thead class="unseen"><tr><th scope="col">Control</th><th scope="col">Verdict</th></tr></thead><tbody>
${row(`Active keys are rotated every ${ASKED_DAYS} days`, 'Security Hub IAM.3 · CIS v5 1.13, v7 2.12 · PCI DSS 4.0.1 8.3.9, 8.6.3 · NIST AC-2(1), AC-3(15)', keys.olderThan90)}
${row('Active keys are used within 45 days', 'Security Hub IAM.22, IAM.8 · CIS v5 1.11, v7 2.11 · NIST AC-2(3)', unused)}
</tbody></table>${why}<p class="more"><a href="#view=keys&amp;policy=exempt">Keys of exempt users count as well.</a></p>`;
}
