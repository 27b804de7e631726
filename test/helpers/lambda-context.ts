import type { Context } from 'aws-lambda';
import { ACCOUNT } from './facts';

/** The context without the callbacks of long ago. */
export type LambdaContext = Omit<Context, 'done' | 'fail' | 'succeed'>;

/** What Lambda tells a function about its invocation, with 15 minutes left. */
export const lambdaContext = (functionName: string, remaining = 900_000): LambdaContext => ({
  callbackWaitsForEmptyEventLoop: false,
  functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:${functionName}`,
  memoryLimitInMB: '512',
  awsRequestId: '1234abcd-0000-0000-0000-000000000000',
  logGroupName: 'group',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => remaining,
});

/** Everything that is logged while `work` runs. */
export async function logDuring(work: () => Promise<unknown>): Promise<string> {
  const written: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    }),
  );
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return written.join('');
}
