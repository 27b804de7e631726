import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { accessDenied } from '../../helpers/aws';
import { memoryWritten, mockAccount, run, s3, sts } from '../../helpers/mock-account';
import { FAST_SIDE } from '../../helpers/variables';

const variables = { POLICIES: JSON.stringify([FAST_SIDE]) };

it('a run that cannot begin is counted, and is news once', async () => {
  mockAccount({});
  sts.on(AssumeRoleCommand).rejects(accessDenied());
  const { result, news } = await run({ event: { policy: 'fast' }, variables });
  expect(result.status).toBe('failed');
  expect(news.failures).toHaveLength(1);
  expect(memoryWritten()?.policies?.['fast']).toMatchObject({ runs: 1, failures: [{ step: 'account', times: 1 }] });
});

it('where even that cannot be remembered, its own result says it', async () => {
  mockAccount({});
  sts.on(AssumeRoleCommand).rejects(accessDenied());
  s3.on(PutObjectCommand).rejects(accessDenied());
  const { result, news } = await run({ event: { policy: 'fast' }, variables });
  expect([result.failures.length, news]).toEqual([1, result]);
});
