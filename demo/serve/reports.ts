import { count } from './count';
import { LATEST_KEY, reportKey, RUNS } from '../../lambda/runs/run-keys';
import type { Bucket } from '../../sandbox/kernel/world';
import { ControlError } from './control-error';
import type { Controls } from './controls';
import { card, link, page, table } from './layout';
import { minute } from './passage';

/** What the newest report of the whole organization is called here. */
const LATEST = 'latest';

const objectsOf = ({ sandbox, deployment }: Controls): Bucket['objects'] =>
  [...sandbox.kernel.account(sandbox.world.managementAccount).buckets.values()].find(({ name }) => name === deployment.resultsBucket)
    ?.objects ?? new Map<string, never>();

/** The name of the newest report of the whole organization; undefined before there is one. */
export const newestReport = (served: Controls): string | undefined => (objectsOf(served).has(LATEST_KEY) ? LATEST : undefined);

/** Every report, the newest first. */
export function reportsPage(served: Controls): string {
  const rows = [...objectsOf(served)]
    .flatMap(([key, { modified }]) => {
      const [runId = '', file] = key.startsWith(RUNS) ? key.slice(RUNS.length).split('/') : [];
      return file === 'report.html' ? [{ runId, modified }] : [];
    })
    .sort((a, b) => (a.runId < b.runId ? 1 : -1))
    .map(({ runId, modified }) => [link(`Run ${runId}`, 'reports', runId), minute(modified)]);
  const newest = newestReport(served);
  const lead =
    newest === undefined ? '' : `<p class="more">${link('The newest report of the whole organization', 'reports', newest).html}</p>`;
  return page(
    'Reports',
    served,
    card(count(rows.length, 'report'), `${table(['Run', 'Written'], rows, 'No report yet. “Run now” makes one.')}${lead}`),
  );
}

/** One report as it lies in the results bucket; throws a ControlError when there is none. */
export function reportHtml(served: Controls, runId: string): string {
  const found = objectsOf(served).get(runId === LATEST ? LATEST_KEY : reportKey(runId));
  if (!found) throw new ControlError(`there is no report of run ${runId}; GET /_sandbox/reports lists them`, 404);
  return Buffer.from(found.body).toString('utf8');
}
