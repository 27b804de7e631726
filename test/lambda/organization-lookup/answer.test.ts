import { Logger } from '@aws-lambda-powertools/logger';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answer, type LookupServices } from '../../../lambda/organization-lookup/answer';
import { AccountFailedError } from '../../../lambda/shared/errors';

const common = {
  ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:iam-key-rotation-organization-facts',
  ResponseURL: 'https://cloudformation.test/answer?signature=s',
  StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/IamKeyRotation/1',
  RequestId: 'request-1',
  LogicalResourceId: 'OrganizationFacts',
  ResourceType: 'Custom::OrganizationFacts',
  ResourceProperties: { ServiceToken: 'arn' },
};
const create: CloudFormationCustomResourceEvent = { ...common, RequestType: 'Create' };
const update: CloudFormationCustomResourceEvent = {
  ...common,
  RequestType: 'Update',
  PhysicalResourceId: 'o-old',
  OldResourceProperties: common.ResourceProperties,
};
const remove: CloudFormationCustomResourceEvent = { ...common, RequestType: 'Delete', PhysicalResourceId: 'o-old' };

const ids = { OrganizationId: 'o-a1b2c3d4e5', RootId: 'r-ab12' };
const echoed = { StackId: common.StackId, RequestId: 'request-1', LogicalResourceId: 'OrganizationFacts' };

function services(overrides: { organization?: () => Promise<typeof ids>; status?: number; unreachable?: boolean } = {}) {
  const organization = jest.fn(overrides.organization ?? (() => Promise.resolve(ids)));
  const fetch = jest.fn<Promise<Response>, Parameters<LookupServices['fetch']>>(() =>
    overrides.unreachable
      ? Promise.reject(new Error('fetch failed'))
      : Promise.resolve(new Response(null, { status: overrides.status ?? 200 })),
  );
  return { organization, fetch, logger: new Logger({ logLevel: 'SILENT' }) };
}

function sent({ fetch }: ReturnType<typeof services>): unknown {
  expect(fetch).toHaveBeenCalledTimes(1);
  return JSON.parse(fetch.mock.calls[0]?.[1]?.body as string);
}

const refuse = (message: string) => () => Promise.reject(new AccountFailedError(message));

it.each([['Create', create] as const, ['Update', update] as const])(
  'answers the ids on %s, named by the organization',
  async (_, event) => {
    const used = services();
    await answer(event, used);
    expect(sent(used)).toEqual({ ...echoed, Status: 'SUCCESS', PhysicalResourceId: 'o-a1b2c3d4e5', Data: ids });
  },
);

it('puts the answer where CloudFormation asked for it, without a content type', async () => {
  const used = services();
  await answer(create, used);
  expect(used.fetch).toHaveBeenCalledWith(common.ResponseURL, expect.objectContaining({ method: 'PUT', headers: { 'content-type': '' } }));
});

it('lets a Delete succeed without asking anything', async () => {
  const used = services({ organization: refuse('must not be asked') });
  await answer(remove, used);
  expect(used.organization).not.toHaveBeenCalled();
  expect(sent(used)).toEqual({ ...echoed, Status: 'SUCCESS', PhysicalResourceId: 'o-old' });
});

it.each([
  ['Create', create, 'OrganizationFacts'],
  ['Update', update, 'o-old'],
])('tells why a %s failed', async (_, event, id) => {
  const used = services({ organization: refuse('this account belongs to no organization') });
  await answer(event, used);
  expect(sent(used)).toEqual({ ...echoed, Status: 'FAILED', PhysicalResourceId: id, Reason: 'this account belongs to no organization' });
});

it('keeps the answer within the 4,096 bytes of CloudFormation', async () => {
  const used = services({ organization: refuse('x'.repeat(10_000)) });
  await answer(create, used);
  expect(JSON.stringify(sent(used)).length).toBeLessThan(4_096);
});

it.each([
  [{ status: 403 }, 'CloudFormation refused the answer with status 403'],
  [{ unreachable: true }, 'CloudFormation could not be reached: fetch failed'],
])('fails, so that Lambda repeats the event, when the answer is not delivered: %j', async (trouble, message) => {
  const used = services(trouble);
  await expect(answer(create, used)).rejects.toThrow(expect.objectContaining({ name: 'AnswerNotDeliveredError', message }) as Error);
  expect(used.fetch).toHaveBeenCalledTimes(1);
});
