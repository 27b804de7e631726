import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { lambdaHandler } from '../../../lambda/shared/handler';

const context = { functionName: 'f', awsRequestId: 'request-1', invokedFunctionArn: 'arn', memoryLimitInMB: '512' } as Context;
let lines: string[];

beforeEach(() => {
  lines = [];
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((line) => {
      lines.push(String(line));
      return true;
    });
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});

function handlerOf(work: (logger: Logger) => Promise<unknown>, counts = true) {
  const logger = new Logger({ serviceName: 'thing' });
  const metrics = new Metrics({ namespace: 'N', serviceName: 'thing' });
  return lambdaHandler('thing', { logger, ...(counts && { metrics }) }, () => {
    if (counts) metrics.addMetric('Things', MetricUnit.Count, 1);
    return work(logger);
  });
}
const linesWith = (...texts: string[]): string[] => lines.filter((line) => texts.every((text) => line.includes(text)));

it('answers what the work answers, publishes what it counted, and logs no failure', async () => {
  await expect(handlerOf(() => Promise.resolve({ done: 3 }))({}, context)).resolves.toEqual({ done: 3 });
  expect(linesWith('"Things":1')).toHaveLength(1);
  expect(linesWith('"level":"ERROR"')).toEqual([]);
});

it('logs a failure once, with its name, its message and the invocation, publishes what was counted, and throws it', async () => {
  const error = Object.assign(new Error('no luck'), { name: 'OddError' });
  await expect(handlerOf(() => Promise.reject(error))({}, context)).rejects.toBe(error);
  expect(linesWith('"level":"ERROR"')).toHaveLength(1);
  expect(linesWith('"level":"WARN"')).toEqual([]);
  expect(linesWith('thing failed', 'OddError', 'no luck', 'request-1')).toHaveLength(1);
  expect(linesWith('"Things":1')).toHaveLength(1);
});

it('names the invocation in every line that the work logs', async () => {
  const handler = handlerOf((logger) => {
    logger.info('at work');
    return Promise.resolve();
  });
  await handler({}, context);
  await handler({}, { ...context, awsRequestId: 'request-2' });
  expect(['request-1', 'request-2'].map((id) => linesWith('at work', id).length)).toEqual([1, 1]);
});

it('publishes nothing where nothing is counted', async () => {
  await handlerOf(() => Promise.resolve(), false)({}, context);
  expect(lines).toEqual([]);
});
