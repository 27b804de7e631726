import { isFull } from '../../lambda/runs/full-run';
import { READS_AT_ONCE, RunStore } from '../../lambda/runs/run-store';
import { ANSWER_TIME_MS, RunSummaryBuilder, totalsOf } from '../../lambda/runs/run-summary';
import type { S3Client } from '@aws-sdk/client-s3';
import { limited } from '../../lambda/shared/limited';
import { DAY_MS } from '../../lambda/shared/period';
import type { StoredManifest } from '../../lambda/runs/schemas';
import { fine, problem, type Finding } from './finding';
import { longestPause, type Schedule } from './schedules';

/** How far beyond the time that is due a last run is looked for, so that it can be named. */
const LOOK_BACK = 30 * DAY_MS;

/** What the last run is judged by. */
export interface Expected {
  schedule: Schedule;
  deployed: Date;
  now: Date;
}

/** When the last full run was, and which accounts failed or never answered; runs by hand for some accounts or one user do not count. */
export async function checkLastRun(s3: S3Client, bucket: string, { schedule, deployed, now }: Expected): Promise<Finding> {
  const check = 'last run';
  const store = new RunStore(s3, bucket);
  const pause = longestPause(schedule.expression);
  const overdue = pause + DAY_MS;
  const last = await lastRun(store, new Date(now.getTime() - overdue - LOOK_BACK));
  const age = now.getTime() - (last ? Date.parse(last.startedAt) : deployed.getTime());
  if (age > overdue && schedule.state === 'ENABLED') {
    const says = last ? `${moment(last)}, ${days(age)} ago` : `none for ${days(age)}`;
    return problem(check, says, `aws logs tail /aws/lambda/${schedule.name} --since 2d`);
  }
  if (!last) return fine(check, schedule.state === 'ENABLED' ? 'none yet; the schedule will start the first' : 'none: see the schedule');
  const { failed, silent, unreadable, notDispatched, partial } = await countOf(store, last, now);
  const bad = failed + silent + unreadable + notDispatched;
  const says = `${moment(last)}: ${last.accounts.length} accounts, ${bad} failed${partial > 0 ? `, ${partial} partly done` : ''}`;
  if (bad === 0) return fine(check, says);
  const next = `read the summary mail, or: aws s3 cp ${store.reportLocation(last.runId)} .`;
  return problem(check, says, next);
}

const days = (milliseconds: number): string => `${Math.floor(milliseconds / DAY_MS)} days`;
const moment = ({ startedAt }: StoredManifest): string => `${startedAt.slice(0, 16).replace('T', ' ')} UTC`;

async function lastRun(store: RunStore, since: Date): Promise<StoredManifest | undefined> {
  for (const runId of (await store.runIdsSince(since)).toReversed()) {
    const manifest = await store.manifest(runId);
    if (manifest !== undefined && !('unreadable' in manifest) && isFull(manifest)) return manifest;
  }
  return undefined;
}

async function countOf(store: RunStore, manifest: StoredManifest, now: Date): Promise<ReturnType<typeof totalsOf>> {
  const { runId, accounts, startedAt } = manifest;
  const answered = new Set(await store.answered(runId));
  const builder = new RunSummaryBuilder();
  await limited(READS_AT_ONCE, accounts, async ({ id, name }) => {
    if (answered.has(id)) builder.add({ id, name }, await store.result(runId, id));
  });
  const totals = totalsOf(builder.build({ runId, manifest, reportedAt: now }));
  return now.getTime() - Date.parse(startedAt) < ANSWER_TIME_MS ? { ...totals, silent: 0 } : totals;
}
