import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { errorFacts, RotationError } from '../../lambda/shared/errors';
import { findDeployment } from '../doctor/deployment';
import { HELP, readArguments, type ScheduleArguments } from './arguments';
import { switchSchedule } from './switch';

const SAYS = {
  DISABLED: 'is paused: no run starts by itself. What was dispatched is still done. npm run resume lets it start again.',
  ENABLED: 'is enabled: runs start by themselves.',
} as const;

async function main({ state, stack, help }: ScheduleArguments): Promise<void> {
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const deployment = await findDeployment(new CloudFormationClient(), stack);
  if (!deployment) throw new RotationError(`there is no stack ${stack} in this account and region; --stack names another one`);
  const changed = await switchSchedule(new SchedulerClient(), deployment.orchestrator, state);
  process.stdout.write(`The schedule ${deployment.orchestrator} ${changed ? '' : 'already '}${SAYS[state]}\n`);
}

function failed(cause: unknown): void {
  const { error, message } = errorFacts(cause);
  process.stderr.write(`nothing was changed: ${error === 'Error' || error === 'RotationError' ? '' : `${error}: `}${message}\n`);
  process.exitCode = 2;
}

try {
  main(readArguments(process.argv.slice(2))).catch(failed);
} catch (error) {
  failed(error);
}
