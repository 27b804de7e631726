import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientSettings } from '../base/access';
import type { ExitCode } from '../base/exit-codes';
import type { DoctorArguments } from './arguments';
import { makeClients } from './clients';
import { diagnose } from './diagnose';
import { exitCodeOf } from './finding';
import { showDiagnosis } from './show';

/** The settings as `cdk deploy` would read them here. */
function contextWith(flags: Record<string, string>): Record<string, unknown> {
  const file = join(process.cwd(), 'cdk.json');
  const { context = {} } = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}) as { context?: Record<string, unknown> };
  return { ...context, ...flags };
}

/** Diagnoses with the operator's credentials and prints what was found, for people or as JSON. */
export async function checkAndShow(asked: DoctorArguments): Promise<ExitCode> {
  const waiting = { now: () => Date.now(), sleep: (milliseconds: number) => sleep(milliseconds) };
  const diagnosis = await diagnose(makeClients(await clientSettings(asked)), { ...asked, context: contextWith(asked.context), waiting });
  const exitCode = exitCodeOf(diagnosis);
  process.stdout.write(`${asked.json ? JSON.stringify({ exitCode, ...diagnosis }, null, 2) : showDiagnosis(diagnosis)}\n`);
  return exitCode;
}
