import { parseArn } from '../kernel/arn';
import type { Kernel } from '../kernel/kernel';
import { ServiceError } from '../kernel/service-error';
import { apiArn, type Exchange } from './exchange';

/** What a function answered; undefined when API Gateway may not invoke it, or Lambda refused. */
export type FunctionAnswer = { payload: string; failed: boolean } | undefined;

/**
 * Invokes a function as the service, which the function's own policy must allow for this part of this API:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html
 */
export async function invokeFunction(exchange: Exchange, functionArn: string, part: string, event: object): Promise<FunctionAnswer> {
  const { kernel, place } = exchange;
  const { allowed } = kernel.perform({
    principal: kernel.servicePrincipal('apigateway.amazonaws.com', place.account),
    service: 'lambda',
    operation: 'Invoke',
    checks: [{ action: 'lambda:InvokeFunction', resource: functionArn, context: { 'aws:SourceArn': apiArn(exchange, part) } }],
    mutating: true,
  });
  const arn = parseArn(functionArn);
  const fn = kernel.world.accounts
    .get(arn?.account ?? '')
    ?.functions.get(`${arn?.region ?? ''}/${arn?.resource.replace('function:', '') ?? ''}`);
  if (!allowed || !fn || !kernel.lambda) return undefined;
  try {
    const { payload = 'null', functionError } = await kernel.lambda.invoke(fn, JSON.stringify(event), 'RequestResponse');
    return { payload, failed: functionError !== undefined };
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

/** What the work brings, or `late` once so much of the sandbox's time has gone by; the work itself goes on. */
export async function within<T>(kernel: Kernel, ms: number, work: Promise<T>): Promise<T | 'late'> {
  let callOff: () => void = () => undefined;
  const limit = new Promise<'late'>((resolve) => {
    const late = (): void => {
      resolve('late');
    };
    if (kernel.clock.runs) {
      const timer = setTimeout(late, ms);
      callOff = () => {
        clearTimeout(timer);
      };
    } else callOff = kernel.waits.after(ms, late);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    callOff();
  }
}
