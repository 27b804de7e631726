import { DescribeOrganizationCommand, ListRootsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { lambdaContext } from '../../helpers/lambda-context';
import { mockClient } from 'aws-sdk-client-mock';
import { accessDenied } from '../../helpers/aws';

const organizations = mockClient(OrganizationsClient);
const event: CloudFormationCustomResourceEvent = {
  RequestType: 'Create',
  ServiceToken: 'arn',
  ResponseURL: 'https://cloudformation.test/answer',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'OrganizationFacts',
  ResourceType: 'Custom::OrganizationFacts',
  ResourceProperties: { ServiceToken: 'arn' },
};
const before = { ...process.env };
let invoke: (event: CloudFormationCustomResourceEvent, context: ReturnType<typeof lambdaContext>) => Promise<void>;
let answered: Record<string, unknown>[];

beforeAll(async () => {
  process.env = { ...before, AWS_REGION: 'eu-west-1', POWERTOOLS_LOG_LEVEL: 'SILENT' };
  jest.spyOn(globalThis, 'fetch').mockImplementation((_, init) => {
    answered.push(JSON.parse(init?.body as string) as Record<string, unknown>);
    return Promise.resolve(new Response());
  });
  ({ handler: invoke } = (await import('../../../lambda/organization-lookup/index')) as unknown as { handler: typeof invoke });
});
afterAll(() => {
  process.env = before;
  jest.restoreAllMocks();
});
beforeEach(() => {
  organizations.reset();
  answered = [];
});

it('tells CloudFormation what Organizations says', async () => {
  organizations.on(DescribeOrganizationCommand).resolves({ Organization: { Id: 'o-a1b2c3d4e5' } });
  organizations.on(ListRootsCommand).resolves({ Roots: [{ Id: 'r-ab12' }] });
  await invoke(event, lambdaContext('organization-facts'));
  expect(answered).toMatchObject([{ Status: 'SUCCESS', Data: { OrganizationId: 'o-a1b2c3d4e5', RootId: 'r-ab12' } }]);
});

it('tells CloudFormation that it failed, so that no deployment waits for an hour', async () => {
  organizations.on(DescribeOrganizationCommand).rejects(accessDenied());
  await invoke(event, lambdaContext('organization-facts'));
  expect(answered).toMatchObject([{ Status: 'FAILED', Reason: expect.stringContaining('cannot read the organization') as string }]);
});
