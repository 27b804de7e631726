import type * as sdk from '@aws-sdk/client-lambda';
import { parseArn } from '../../kernel/arn';
import { ServiceError } from '../../kernel/service-error';
import type { LambdaFunction } from '../../kernel/world';
import { handlersOf, type Call, type SdkShapes } from '../service';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxPayload = { RequestResponse: 6 * 1024 * 1024, Event: 1024 * 1024, DryRun: 6 * 1024 * 1024 };

/** Lambda: invokes functions. */
export const lambda = handlersOf<SdkShapes<typeof sdk>>({
  GetAccountSettings: {
    reads: true,
    checks: () => [{ action: 'lambda:GetAccountSettings', resource: '*' }],
    handle: (_, { account: { concurrency } }) => ({
      AccountLimit: { ConcurrentExecutions: concurrency, UnreservedConcurrentExecutions: concurrency },
    }),
  },
  GetFunctionConfiguration: {
    reads: true,
    checks: ({ FunctionName }, call) => [{ action: 'lambda:GetFunctionConfiguration', resource: functionArn(FunctionName, call) }],
    handle({ FunctionName }, call) {
      const { name, arn, environment } = existing(FunctionName, call);
      return { FunctionName: name, FunctionArn: arn, Environment: { Variables: { ...environment } } };
    },
  },
  Invoke: {
    checks: ({ FunctionName }, call) => [{ action: 'lambda:InvokeFunction', resource: functionArn(FunctionName, call) }],
    async handle({ FunctionName, InvocationType = 'RequestResponse', Payload, LogType }, call) {
      const fn = existing(FunctionName, call);
      const payload = Buffer.from(Payload ?? []).toString('utf8');
      const size = Buffer.byteLength(payload);
      if (size > maxPayload[InvocationType]) {
        throw new ServiceError(
          'RequestTooLargeException',
          `${size} byte payload is too large for the ${InvocationType} invocation type (limit ${maxPayload[InvocationType]} bytes)`,
          413,
        );
      }
      if (payload !== '' && !isJson(payload)) {
        throw new ServiceError('InvalidRequestContentException', 'Could not parse request body into json: the payload is not JSON', 400);
      }
      const { lambda: runner } = call.platform;
      if (!runner) throw new ServiceError('NotImplemented', 'nothing in this sandbox runs Lambda functions', 501);
      const result = await runner.invoke(fn, payload === '' ? '{}' : payload, InvocationType);
      return {
        StatusCode: result.statusCode,
        FunctionError: result.functionError,
        LogResult: LogType === 'Tail' ? result.logTail : undefined,
        ExecutedVersion: InvocationType === 'RequestResponse' ? '$LATEST' : undefined,
        Payload: result.payload === undefined ? undefined : Buffer.from(result.payload),
      };
    },
  },
});

/** A function's unqualified ARN from a name, a partial or a full ARN. */
function functionArn(id: string, { region, account, world }: Call): string {
  const arn = parseArn(id);
  const [, owner = account.id, name = id] = /^(\d{12}):function:(.+)$/.exec(id) ?? [];
  const [unqualified = ''] = (arn ? arn.resource.replace(/^function:/, '') : name).split(':');
  return `arn:${world.partition}:lambda:${arn?.region ?? region}:${arn?.account ?? owner}:function:${unqualified}`;
}

function existing(id: string, call: Call): LambdaFunction {
  const arn = parseArn(functionArn(id, call));
  const fn = arn && call.world.accounts.get(arn.account)?.functions.get(`${arn.region}/${arn.resource.replace(/^function:/, '')}`);
  if (!fn) throw new ServiceError('ResourceNotFoundException', `Function not found: ${functionArn(id, call)}`, 404);
  return fn;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
