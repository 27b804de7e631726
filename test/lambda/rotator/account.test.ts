import { GetObjectCommand } from '@aws-sdk/client-s3';
import { enterAccount } from '../../../lambda/rotator/account';
import { accessDenied, namesOf } from '../../helpers/aws';
import { accessKey, ACCOUNT, OLD } from '../../helpers/facts';
import { EVENT, iam, invocation, mockAccount, rotatorServices, s3, secrets } from '../../helpers/mock-account';

beforeEach(() => {
  mockAccount({ alice: { keys: [accessKey()] } });
});

it('knows what is remembered of the account before anything is done there', async () => {
  const account = await enterAccount(rotatorServices(), EVENT, invocation());
  expect(account.id).toBe(ACCOUNT);
  expect([...account.remembered.keys()]).toEqual([OLD]);
  expect(namesOf(iam, secrets)).toEqual([]);
});

it('is not entered when that cannot be read', async () => {
  s3.on(GetObjectCommand).rejects(accessDenied());
  await expect(enterAccount(rotatorServices(), EVENT, invocation())).rejects.toMatchObject({ name: 'AccountFailedError' });
  expect(namesOf(iam, secrets)).toEqual([]);
});

it.each([
  ['true', {}, true],
  ['true', { dryrun: false }, true],
  ['false', { dryrun: true }, true],
  ['false', {}, false],
] as const)('with DRY_RUN %s and the event %j: %s', async (DRY_RUN, event, dryRun) => {
  const account = await enterAccount(rotatorServices({ variables: { DRY_RUN } }), { ...EVENT, ...event }, invocation());
  expect(account.dryRun).toBe(dryRun);
});

it('knows the next scheduled run, so that warnings come before a step', async () => {
  const services = rotatorServices({ variables: { SCHEDULE: 'cron(0 2 ? * MON *)' } });
  const { policy } = await enterAccount(services, EVENT, invocation());
  expect(policy.nextRun).toEqual(new Date('2026-11-23T02:00:00Z'));
});
