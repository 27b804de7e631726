import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientSettings } from '../base/access';
import { EXIT, type ExitCode } from '../base/exit-codes';
import type { DoctorArguments } from './arguments';
import { makeClients } from './clients';
import { diagnose } from './diagnose';
import { exitCodeOf, type Diagnosis } from './finding';
import { fix, type Fixed } from './fix';
import { showDiagnosis } from './show';
import { showEnd, tellOn } from './show-fix';

/** The settings as `cdk deploy` would read them here. */
function contextWith(flags: Record<string, string>): Record<string, unknown> {
  const file = join(process.cwd(), 'cdk.json');
  const { context = {} } = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}) as { context?: Record<string, unknown> };
  return { ...context, ...flags };
}

/** Diagnoses with the operator's credentials and prints what was found, for people or as JSON; with `--fix` it offers what it can repair. */
export async function checkAndShow(asked: DoctorArguments): Promise<ExitCode> {
  const waiting = { now: () => Date.now(), sleep: (milliseconds: number) => sleep(milliseconds) };
  const diagnosis = await diagnose(makeClients(await clientSettings(asked)), { ...asked, context: contextWith(asked.context), waiting });
  if (!asked.json) process.stdout.write(`${showDiagnosis(diagnosis)}\n`);
  const fixed = asked.fix ? await fix(diagnosis.checks, asked, tellOn(asked.json ? process.stderr : process.stdout)) : undefined;
  const now = { ...diagnosis, ...(fixed && { checks: fixed.checks }) };
  const exitCode = exitCodeAfter(now, fixed);
  if (asked.json) process.stdout.write(`${JSON.stringify({ exitCode, ...now, offers: fixed?.offers }, null, 2)}\n`);
  else if (fixed) process.stdout.write(`${showEnd(fixed, now)}\n`);
  if (fixed && isUnanswered(fixed)) process.stderr.write(UNANSWERED);
  return exitCode;
}

const UNANSWERED =
  'nothing was changed: each repair needs an answer, and there is no terminal to ask on: repeat with --yes, or with --dry-run to see them alone\n';
const isUnanswered = ({ offers }: Fixed): boolean => offers.some(({ outcome }) => outcome === 'not asked');

const exitCodeAfter = (found: Diagnosis, fixed: Fixed | undefined): ExitCode =>
  fixed && isUnanswered(fixed) ? EXIT.failed : exitCodeOf(found);
