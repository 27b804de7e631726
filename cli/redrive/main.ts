import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { errorFacts, RotationError } from '../../lambda/shared/errors';
import { findDeployment } from '../doctor/deployment';
import { makeSqsClient } from './failed-events';
import { HELP, readArguments, type RedriveArguments } from './arguments';
import { redriveLastRun, redriveQueue } from './redrive';

async function main({ lastRun, list, stack, help }: RedriveArguments): Promise<void> {
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const deployment = await findDeployment(new CloudFormationClient(), stack);
  if (!deployment) throw new RotationError(`there is no stack ${stack} in this account and region; --stack names another one`);
  const clients = { lambda: new LambdaClient(), s3: new S3Client(), sqs: makeSqsClient() };
  const { lines, left } = lastRun
    ? await redriveLastRun(clients, deployment, list, new Date())
    : await redriveQueue(clients, deployment, list);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (left) process.exitCode = 1;
}

function failed(cause: unknown): void {
  const { error, message } = errorFacts(cause);
  process.stderr.write(`nothing was run again: ${error === 'Error' || error === 'RotationError' ? '' : `${error}: `}${message}\n`);
  process.exitCode = 2;
}

try {
  main(readArguments(process.argv.slice(2))).catch(failed);
} catch (error) {
  failed(error);
}
