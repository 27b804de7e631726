import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { clientDefaults, memberClients, type Watch } from '../../../lambda/shared/clients';
import { Pace } from '../../../lambda/shared/pace';
import { inDays } from '../../helpers/facts';

const credentials = { accessKeyId: 'ASIATEMPORARY0000001', secretAccessKey: 'not-real', sessionToken: 'token', expiration: inDays(1) };
const region = process.env['AWS_REGION'];

beforeAll(() => {
  process.env['AWS_REGION'] = 'eu-west-1';
});
afterAll(() => {
  if (region === undefined) delete process.env['AWS_REGION'];
  else process.env['AWS_REGION'] = region;
});

const all = () => {
  const { iam, iamWithoutRetries, secrets } = memberClients(credentials, new Pace(8));
  return [iam, iamWithoutRetries, secrets];
};

describe('the clients of a member account', () => {
  it('work with that account’s credentials only', async () => {
    for (const client of all()) {
      await expect(client.config.credentials()).resolves.toMatchObject({ accessKeyId: 'ASIATEMPORARY0000001', sessionToken: 'token' });
    }
  });

  it('repeat patiently, except the one that creates keys, which never repeats', async () => {
    const { iam, iamWithoutRetries, secrets } = memberClients(credentials, new Pace(8));
    const attempts = await Promise.all([iam, secrets, iamWithoutRetries].map((client) => client.config.maxAttempts()));
    expect(attempts).toEqual([8, 8, 1]);
  });

  it('ask CloudTrail in the region given, with less patience, and keep to the pace', async () => {
    const watched: CloudTrailClient[] = [];
    const watch = { watch: (client: unknown) => watched.push(client as CloudTrailClient) };
    memberClients(credentials, watch).trailIn('us-east-1');
    const { config } = watched.at(-1)!;
    await expect(config.region()).resolves.toBe('us-east-1');
    await expect(config.credentials()).resolves.toMatchObject({ accessKeyId: 'ASIATEMPORARY0000001' });
    await expect(config.maxAttempts()).resolves.toBe(4);
    expect(config.requestHandler).toBe(clientDefaults.requestHandler);
  });

  it('put the middleware of an operation together once, and send and watch every call of it', async () => {
    const { requestHandler } = clientDefaults;
    const bodies: string[] = [];
    const handle = jest.spyOn(requestHandler, 'handle').mockImplementation(({ body }) => {
      bodies.push(String(body));
      return Promise.reject(Object.assign(new Error('refused'), { name: 'AccessDenied' }));
    });
    let watched = 0;
    const watch: Watch = {
      watch: (client) => {
        client.middlewareStack.add(
          (next) => (args) => {
            watched += 1;
            return next(args);
          },
          { step: 'deserialize' },
        );
      },
    };
    const { iam } = memberClients(credentials, watch);
    const resolve = jest.spyOn(ListAccessKeysCommand.prototype, 'resolveMiddleware');
    for (const UserName of ['alice', 'bob']) await expect(iam.send(new ListAccessKeysCommand({ UserName }))).rejects.toThrow('refused');
    expect(bodies).toEqual([expect.stringContaining('UserName=alice'), expect.stringContaining('UserName=bob')]);
    expect(watched).toBe(2);
    expect(resolve).toHaveBeenCalledTimes(1);
    resolve.mockRestore();
    handle.mockRestore();
  });

  it('share one connection pool', () => {
    for (const client of all()) expect(client.config.requestHandler).toBe(clientDefaults.requestHandler);
  });
});
