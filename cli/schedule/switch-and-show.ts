import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { STSClient } from '@aws-sdk/client-sts';
import { clientSettings } from '../base/access';
import { EXIT, type ExitCode } from '../base/exit-codes';
import { deploymentOf } from '../deployment/deployment';
import type { ScheduleArguments } from './arguments';
import { switchSchedule } from './switch';

const SAYS = {
  DISABLED: 'is paused: no run starts by itself. What was dispatched is still done. npm run resume lets it start again.',
  ENABLED: 'is enabled: runs start by themselves.',
} as const;

/** Switches the schedule with the operator's credentials and prints how it is now. */
export async function switchAndShow({ state, stack, ...access }: ScheduleArguments): Promise<ExitCode> {
  const settings = await clientSettings(access);
  const clients = { cloudformation: new CloudFormationClient(settings), sts: new STSClient(settings) };
  const { orchestrator } = await deploymentOf(clients, stack);
  const changed = await switchSchedule(new SchedulerClient(settings), orchestrator, state);
  process.stdout.write(`The schedule ${orchestrator} ${changed ? '' : 'already '}${SAYS[state]}\n`);
  return EXIT.fine;
}
