import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExitCode } from '../base/exit-codes';
import type { DoctorArguments } from './arguments';
import { makeClients } from './clients';
import { diagnose } from './diagnose';
import { exitCodeOf } from './finding';
import { showDiagnosis } from './show';

const CDK_JSON = join(__dirname, '..', '..', 'cdk.json');

/** The settings as `cdk deploy` would read them. */
function contextWith(flags: Record<string, string>): Record<string, unknown> {
  const { context = {} } = JSON.parse(readFileSync(CDK_JSON, 'utf8')) as { context?: Record<string, unknown> };
  return { ...context, ...flags };
}

/** Diagnoses with the operator's credentials and prints what was found, for people or as JSON. */
export async function checkAndShow(asked: DoctorArguments): Promise<ExitCode> {
  const waiting = { now: () => Date.now(), sleep: (milliseconds: number) => sleep(milliseconds) };
  const diagnosis = await diagnose(makeClients(), { ...asked, context: contextWith(asked.context), waiting });
  const exitCode = exitCodeOf(diagnosis);
  process.stdout.write(`${asked.json ? JSON.stringify({ exitCode, ...diagnosis }, null, 2) : showDiagnosis(diagnosis)}\n`);
  return exitCode;
}
