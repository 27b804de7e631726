import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { sendChecks } from '../../../cli/doctor/request-checks';

const lambda = mockClient(LambdaClient);
const answers = (content: object, FunctionError?: string): void => {
  lambda.on(InvokeCommand).callsFake(() => ({ Payload: { transformToString: () => JSON.stringify(content) }, FunctionError }));
};
const send = (...accounts: string[]) => sendChecks(new LambdaClient({ region: 'eu-west-1' }), { orchestrator: 'orchestrator' }, accounts);

beforeEach(() => lambda.reset());

it.each([
  ['an older version, which gives no codes', {}],
  ['a newer version, which gives others', { code: 'on-holiday' }],
])('reads the answer of %s', async (_, code) => {
  const skipped = [{ account: '1', name: 'Closed', reason: 'its state is SUSPENDED', ...code }];
  answers({ runId: 'run-1', startedAt: '2026-11-27T02:00:00Z', dispatched: [], skipped, failed: [] });
  const sent = await send();
  expect(sent.skipped).toMatchObject([{ account: '1', name: 'Closed', reason: 'its state is SUSPENDED' }]);
  expect(sent.skipped[0]?.code).toBeUndefined();
});

it.each([
  ['an orchestrator that knows no check', 'InvalidEventError', 'unknown key "check"', 'the deployed version cannot check accounts yet'],
  ['an account that is not there', 'AccountNotRotatedError', 'accounts: not in the organization: 9', 'not in the organization: 9'],
])('says what to do about %s, by the kind of the error', async (_, errorType, errorMessage, says) => {
  answers({ errorType, errorMessage }, 'Unhandled');
  await expect(send('9')).rejects.toThrow(says);
});
