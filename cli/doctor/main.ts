import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorFacts } from '../../lambda/shared/errors';
import { HELP, readArguments, type DoctorArguments } from './arguments';
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

async function main(asked: DoctorArguments): Promise<void> {
  if (asked.help) {
    process.stdout.write(HELP);
    return;
  }
  const waiting = { now: () => Date.now(), sleep: (milliseconds: number) => sleep(milliseconds) };
  const diagnosis = await diagnose(makeClients(), { ...asked, context: contextWith(asked.context), waiting });
  const exitCode = exitCodeOf(diagnosis);
  process.stdout.write(`${asked.json ? JSON.stringify({ exitCode, ...diagnosis }, null, 2) : showDiagnosis(diagnosis)}\n`);
  process.exitCode = exitCode;
}

function failed(cause: unknown): void {
  const { error, message } = errorFacts(cause);
  process.stderr.write(`could not check: ${error === 'Error' ? '' : `${error}: `}${message}\n`);
  process.exitCode = 2;
}

try {
  main(readArguments(process.argv.slice(2))).catch(failed);
} catch (error) {
  failed(error);
}
