import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { clientSettings } from '../base/access';
import { EXIT, type ExitCode } from '../base/exit-codes';
import { deploymentOf } from '../deployment/deployment';
import type { RedriveArguments } from './arguments';
import { makeSqsClient } from './failed-events';
import { redriveLastRun, redriveQueue, type Asked } from './redrive';

/** Redrives with the operator's credentials and prints what was done. */
export async function redriveAndShow({ lastRun, list, discard, only, stack, ...access }: RedriveArguments): Promise<ExitCode> {
  const settings = await clientSettings(access);
  const deployment = await deploymentOf({ cloudformation: new CloudFormationClient(settings), sts: new STSClient(settings) }, stack);
  const clients = { lambda: new LambdaClient(settings), s3: new S3Client(settings), sqs: makeSqsClient(settings) };
  const asked: Asked = { how: list ? 'list' : discard ? 'discard' : 'again', only };
  const { lines, left } = lastRun
    ? await redriveLastRun(clients, deployment, asked, new Date())
    : await redriveQueue(clients, deployment, asked);
  process.stdout.write(`${lines.join('\n')}\n`);
  return left ? EXIT.bad : EXIT.fine;
}
