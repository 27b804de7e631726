import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as kms from '@aws-sdk/client-kms';
import * as lambda from '@aws-sdk/client-lambda';
import * as organizations from '@aws-sdk/client-organizations';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as ses from '@aws-sdk/client-sesv2';
import * as sns from '@aws-sdk/client-sns';
import { organization } from '../../../sandbox/kernel/organization';
import { awsCommand } from '../../helpers/aws-command';
import { allow, failure, Harness, management, member, region } from '../harness';

/** What operators ask about a deployment, over the wire. */
let harness: Harness;
beforeEach(async () => {
  harness = await Harness.start();
});
afterEach(() => {
  harness.stop();
});
const account = () => harness.kernel.account(management);

describe('CloudFormation', () => {
  const client = () => new cloudformation.CloudFormationClient(harness.user('operator'));

  it('lists every resource of a stack with its physical id, and its outputs', async () => {
    const ids = Array.from({ length: 101 }, (_, index) => `Topic${String(index).padStart(3, '0')}`);
    harness.kernel.world.stacks.set(`${management}/${region}/app`, {
      name: 'app',
      account: management,
      region,
      outputs: { Url: 'x' },
      resources: new Map(
        ids.map((id) => [id, { type: 'AWS::SNS::Topic', ref: `arn:${id}`, attributes: {}, properties: {}, retain: false }]),
      ),
    });
    const listed: (string | undefined)[] = [];
    const as = client();
    for await (const page of cloudformation.paginateListStackResources({ client: as }, { StackName: 'app' })) {
      listed.push(...(page.StackResourceSummaries ?? []).map(({ PhysicalResourceId }) => PhysicalResourceId));
    }
    expect(listed).toEqual(ids.map((id) => `arn:${id}`));
    const { Stacks } = await as.send(new cloudformation.DescribeStacksCommand({ StackName: 'app' }));
    expect(Stacks).toMatchObject([{ StackName: 'app', Outputs: [{ OutputKey: 'Url', OutputValue: 'x' }] }]);
    expect(await failure(as.send(new cloudformation.DescribeStacksCommand({ StackName: 'none' })))).toBe(
      'ValidationError: Stack with id none does not exist',
    );
  });

  it('lists where a stack set has been deployed, and where it could not be, with the reason', async () => {
    const key = (id: string) => `${id}/${region}/StackSet-x`;
    harness.kernel.world.stackSets.set('roles', {
      name: 'roles',
      administrator: management,
      region,
      template: {},
      parameters: {},
      autoDeployment: true,
      targets: [],
      regions: [region],
      instances: new Set([key(member)]),
      failed: new Map([[key('333333333333'), 'the role exists already']]),
      tolerance: { count: 0 },
      retainOnRemoval: false,
    });
    const as = client();
    const { Summaries } = await as.send(new cloudformation.ListStackInstancesCommand({ StackSetName: 'roles' }));
    expect(Summaries).toMatchObject([
      { Account: member, Region: region, Status: 'CURRENT' },
      { Account: '333333333333', Region: region, Status: 'OUTDATED', StatusReason: 'the role exists already' },
    ]);
    expect(await failure(as.send(new cloudformation.ListStackInstancesCommand({ StackSetName: 'none' })))).toMatch(
      /^StackSetNotFoundException/,
    );
  });

  it('says whether StackSets may work in the organization', async () => {
    const as = client();
    const ask = async () => (await as.send(new cloudformation.DescribeOrganizationsAccessCommand({}))).Status;
    expect(await ask()).toBe('ENABLED');
    harness.kernel.world.organization.stackSetsDistrusted = true;
    expect(await ask()).toBe('DISABLED');
  });
});

it('SES says whether an identity is verified, whether it is in its sandbox, and how much it sends', async () => {
  const client = new ses.SESv2Client(harness.user('operator'));
  organization(harness.kernel).verifyIdentity(management, 'example.com');
  account().pendingIdentities.add(`${region}/example.org`);
  const identity = (EmailIdentity: string) => client.send(new ses.GetEmailIdentityCommand({ EmailIdentity }));
  expect(await identity('example.com')).toMatchObject({ VerifiedForSendingStatus: true, VerificationStatus: 'SUCCESS' });
  expect(await identity('example.org')).toMatchObject({ VerifiedForSendingStatus: false, VerificationStatus: 'PENDING' });
  expect(await failure(identity('example.net'))).toMatch(/^NotFoundException/);
  account().sending = { production: false, enabled: true, quota: 200 };
  expect(await client.send(new ses.GetAccountCommand({}))).toMatchObject({
    ProductionAccessEnabled: false,
    SendQuota: { Max24HourSend: 200 },
  });
});

it('SES is asked to let mail out, pauses it and lets it go on', async () => {
  const client = new ses.SESv2Client(harness.user('operator'));
  organization(harness.kernel).verifyIdentity(management, 'example.com');
  account().sending = { production: false, enabled: true, quota: 200 };
  const send = (to: string) =>
    client.send(
      new ses.SendEmailCommand({
        FromEmailAddress: 'keys@example.com',
        Destination: { ToAddresses: [to] },
        Content: { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } } },
      }),
    );
  expect(await failure(send('a@example.org'))).toMatch(/^MessageRejected: .* in region EU-WEST-1: a@example.org$/);
  expect(await failure(send('a@example.com'))).toBe('it succeeded');
  const details = { MailType: 'TRANSACTIONAL' as const, WebsiteURL: 'https://example.com', ProductionAccessEnabled: true };
  const ask = () => client.send(new ses.PutAccountDetailsCommand(details));
  await ask();
  expect(await failure(ask())).toMatch(/^ConflictException/);
  expect(await client.send(new ses.GetAccountCommand({}))).toMatchObject({ Details: { ReviewDetails: { Status: 'PENDING' } } });
  expect(organization(harness.kernel).agree(management)).toEqual(['SES may send to everybody']);
  expect(organization(harness.kernel).agree(management)).toEqual([]);
  expect(await failure(send('a@example.org'))).toBe('it succeeded');
  await client.send(new ses.PutAccountSendingAttributesCommand({ SendingEnabled: false }));
  expect(await failure(send('a@example.org'))).toMatch(/^SendingPausedException/);
});

it('SES takes identities, which wait until people verify them, and lets them go', async () => {
  const client = new ses.SESv2Client(harness.user('operator'));
  const EmailIdentity = 'keys@example.com';
  const create = () => client.send(new ses.CreateEmailIdentityCommand({ EmailIdentity }));
  expect(await create()).toMatchObject({ IdentityType: 'EMAIL_ADDRESS', VerifiedForSendingStatus: false });
  expect(await failure(create())).toMatch(/^AlreadyExistsException/);
  const listed = async () => (await client.send(new ses.ListEmailIdentitiesCommand({}))).EmailIdentities;
  expect(await listed()).toMatchObject([{ IdentityName: EmailIdentity, VerificationStatus: 'PENDING' }]);
  organization(harness.kernel).verifyIdentity(management, EmailIdentity);
  expect(await listed()).toMatchObject([{ IdentityName: EmailIdentity, VerificationStatus: 'SUCCESS' }]);
  await client.send(new ses.DeleteEmailIdentityCommand({ EmailIdentity }));
  expect(await listed()).toEqual([]);
  expect(await failure(client.send(new ses.DeleteEmailIdentityCommand({ EmailIdentity })))).toMatch(/^NotFoundException/);
  expect(await failure(client.send(new ses.CreateEmailIdentityCommand({ EmailIdentity: 'a b' })))).toMatch(/^BadRequestException/);
});

it('Scheduler shows a schedule, and whether it is enabled', async () => {
  const client = new scheduler.SchedulerClient(harness.user('operator'));
  account().schedules.set(`${region}/default/nightly`, {
    name: 'nightly',
    group: 'default',
    region,
    arn: `arn:aws:scheduler:${region}:${management}:schedule/default/nightly`,
    expression: 'rate(1 days)',
    timezone: 'UTC',
    state: 'DISABLED',
    target: { arn: 'arn:aws:lambda:x', role: 'arn:aws:iam::x', maxRetries: 0 },
    created: new Date(0),
  });
  expect(await client.send(new scheduler.GetScheduleCommand({ Name: 'nightly' }))).toMatchObject({
    State: 'DISABLED',
    ScheduleExpression: 'rate(1 days)',
  });
  expect(await failure(client.send(new scheduler.GetScheduleCommand({ Name: 'none' })))).toMatch(/^ResourceNotFoundException/);
});

it('SNS lists who is subscribed to a topic, and who has not confirmed yet', async () => {
  const client = new sns.SNSClient(harness.user('operator'));
  const TopicArn = `arn:aws:sns:${region}:${management}:alerts`;
  const subscription = (name: string, confirmed: boolean) => ({ arn: `${TopicArn}:${name}`, protocol: 'email', endpoint: name, confirmed });
  account().topics.set(`${region}/alerts`, {
    arn: TopicArn,
    published: [],
    subscriptions: [subscription('a@example.com', true), subscription('b@example.com', false)],
  });
  const { Subscriptions } = await client.send(new sns.ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions).toMatchObject([
    { Endpoint: 'a@example.com', SubscriptionArn: `${TopicArn}:a@example.com` },
    { Endpoint: 'b@example.com', SubscriptionArn: 'PendingConfirmation' },
  ]);
});

it('SNS takes subscriptions once; an address confirms with the token of its mail', async () => {
  const client = new sns.SNSClient(harness.user('operator'));
  const TopicArn = `arn:aws:sns:${region}:${management}:alerts`;
  account().topics.set(`${region}/alerts`, { arn: TopicArn, published: [] });
  const subscribe = async (Protocol: string, Endpoint: string) =>
    (await client.send(new sns.SubscribeCommand({ TopicArn, Protocol, Endpoint }))).SubscriptionArn;
  expect(await subscribe('email', 'a@example.com')).toBe('pending confirmation');
  expect(await subscribe('email', 'a@example.com')).toBe('pending confirmation');
  expect(await subscribe('sqs', 'arn:aws:sqs:x')).toMatch(new RegExp(`^${TopicArn}:`));
  expect(harness.kernel.world.mails.map(({ to }) => to)).toEqual([['a@example.com']]);
  const [, Token] = / --token (\S+)/.exec(harness.kernel.world.mails[0]!.text!)!;
  await client.send(new sns.ConfirmSubscriptionCommand({ TopicArn, Token }));
  expect(await subscribe('email', 'a@example.com')).toMatch(new RegExp(`^${TopicArn}:`));
  expect(
    account()
      .topics.get(`${region}/alerts`)!
      .subscriptions!.map(({ confirmed }) => confirmed),
  ).toEqual([true, true]);
  const wrong = client.send(new sns.ConfirmSubscriptionCommand({ TopicArn, Token: 'x' }));
  expect(await failure(wrong)).toBe('InvalidParameterException: Invalid parameter: Token');
});

it('Lambda says how many functions may run at the same time', async () => {
  account().concurrency = 10;
  const { AccountLimit } = await new lambda.LambdaClient(harness.user('operator')).send(new lambda.GetAccountSettingsCommand({}));
  expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 });
});

it('KMS says what state a key is in, and who may use it', async () => {
  const client = new kms.KMSClient(harness.user('operator'));
  const arn = `arn:aws:kms:${region}:${management}:key/1`;
  const policy = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow' as const, Principal: { AWS: `arn:aws:iam::${management}:root` }, Action: ['kms:*'], Resource: '*' },
  };
  account().keys.set(arn, { arn, region, policy, aliases: new Set() });
  const ask = async (KeyId: string) => (await client.send(new kms.DescribeKeyCommand({ KeyId }))).KeyMetadata;
  expect(await ask('1')).toMatchObject({ KeyId: '1', Arn: arn, Enabled: true, KeyState: 'Enabled' });
  Object.assign(account().keys.get(arn)!, { state: 'PendingDeletion', deletion: new Date(0) });
  expect(await ask(arn)).toMatchObject({ Enabled: false, KeyState: 'PendingDeletion', DeletionDate: new Date(0) });
  const { Policy } = await client.send(new kms.GetKeyPolicyCommand({ KeyId: arn }));
  expect(JSON.parse(Policy!)).toEqual(policy);
  expect(await failure(ask('2'))).toBe(`NotFoundException: Key 'arn:aws:kms:${region}:${management}:key/2' does not exist`);
});

it('KMS switches keys off and on, and takes a deletion back; the key is then off', async () => {
  const client = new kms.KMSClient(harness.user('operator'));
  const arn = `arn:aws:kms:${region}:${management}:key/1`;
  const root = { AWS: `arn:aws:iam::${management}:root` };
  const policy = { Version: '2012-10-17', Statement: { Effect: 'Allow' as const, Principal: root, Action: ['kms:*'], Resource: '*' } };
  account().keys.set(arn, { arn, region, policy, aliases: new Set() });
  const state = async () => (await client.send(new kms.DescribeKeyCommand({ KeyId: '1' }))).KeyMetadata?.KeyState;
  await client.send(new kms.DisableKeyCommand({ KeyId: '1' }));
  expect(await state()).toBe('Disabled');
  await client.send(new kms.EnableKeyCommand({ KeyId: '1' }));
  expect(await state()).toBe('Enabled');
  expect(await failure(client.send(new kms.CancelKeyDeletionCommand({ KeyId: '1' })))).toMatch(/^KMSInvalidStateException/);
  const remove = (PendingWindowInDays: number) => client.send(new kms.ScheduleKeyDeletionCommand({ KeyId: '1', PendingWindowInDays }));
  expect(await failure(remove(6))).toBe('ValidationException: PendingWindowInDays must be between 7 and 30, got 6');
  await remove(7);
  expect(await state()).toBe('PendingDeletion');
  expect(await failure(client.send(new kms.EnableKeyCommand({ KeyId: '1' })))).toMatch(/^KMSInvalidStateException/);
  await client.send(new kms.CancelKeyDeletionCommand({ KeyId: '1' }));
  expect(await state()).toBe('Disabled');
});

describe('KMS signs by an asymmetric key', () => {
  const arn = `arn:aws:kms:${region}:${management}:key/1`;
  const client = () => new kms.KMSClient(harness.user('operator'));
  const how = { KeyId: '1', SigningAlgorithm: 'ECDSA_SHA_256', MessageType: 'RAW' } as const;
  beforeEach(() => {
    const root = { AWS: `arn:aws:iam::${management}:root` };
    const policy = { Version: '2012-10-17', Statement: { Effect: 'Allow' as const, Principal: root, Action: ['kms:*'], Resource: '*' } };
    const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    account().keys.set(arn, { arn, region, policy, aliases: new Set(), signs: { spec: 'ECC_NIST_P256', privateKey } });
  });

  it('truly: anybody with the public key can tell', async () => {
    const as = client();
    const Message = Buffer.from('the message');
    const { Signature, ...signed } = await as.send(new kms.SignCommand({ ...how, Message }));
    const { PublicKey, ...key } = await as.send(new kms.GetPublicKeyCommand({ KeyId: arn }));
    expect(signed).toMatchObject({ KeyId: arn, SigningAlgorithm: 'ECDSA_SHA_256' });
    expect(key).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', SigningAlgorithms: ['ECDSA_SHA_256'] });
    const publicKey = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' });
    expect(verify('sha256', Message, publicKey, Signature!)).toBe(true);
    expect(verify('sha256', Buffer.from('another'), publicKey, Signature!)).toBe(false);
    const { KeyMetadata } = await as.send(new kms.DescribeKeyCommand({ KeyId: '1' }));
    expect(KeyMetadata).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  });

  it('and refuses what KMS refuses', async () => {
    const as = client();
    const sign = (more: Partial<kms.SignCommandInput> = {}) =>
      failure(as.send(new kms.SignCommand({ ...how, Message: Buffer.from('m'), ...more })));
    expect(await sign({ Message: Buffer.alloc(4_097) })).toMatch(/^ValidationException: Message must be 1 to 4096 bytes/);
    expect(await sign({ SigningAlgorithm: 'RSASSA_PSS_SHA_256' })).toMatch(/^ValidationException: Algorithm RSASSA_PSS_SHA_256/);
    expect(await sign({ MessageType: 'DIGEST' })).toMatch(/^NotImplemented/);
    await as.send(new kms.DisableKeyCommand({ KeyId: '1' }));
    expect(await sign()).toBe(`DisabledException: ${arn} is disabled.`);
    await as.send(new kms.EnableKeyCommand({ KeyId: '1' }));
    delete account().keys.get(arn)!.signs;
    expect(await sign()).toMatch(/^InvalidKeyUsageException/);
  });
});

it('Organizations enables all features once members agree, and takes delegated administrators', async () => {
  const client = new organizations.OrganizationsClient(harness.user('operator'));
  const features = async () => (await client.send(new organizations.DescribeOrganizationCommand({}))).Organization?.FeatureSet;
  const enable = () => client.send(new organizations.EnableAllFeaturesCommand({}));
  expect(await failure(enable())).toMatch(/^HandshakeConstraintViolationException/);
  harness.kernel.world.organization.billingOnly = 'consolidated';
  await enable();
  expect(await features()).toBe('CONSOLIDATED_BILLING');
  organization(harness.kernel).agree(management);
  expect(await features()).toBe('ALL');
  const register = (AccountId: string, as = client) =>
    as.send(new organizations.RegisterDelegatedAdministratorCommand({ AccountId, ServicePrincipal: 'x.amazonaws.com' }));
  await register(member);
  expect(await failure(register(member))).toMatch(/^AccountAlreadyRegisteredException/);
  expect(await failure(register('999999999999'))).toMatch(/^AccountNotFoundException/);
  const elsewhere = new organizations.OrganizationsClient(harness.user('operator', [allow('*')], member));
  expect(await failure(register(member, elsewhere))).toMatch(/^AccessDenied/);
});

it('Service Quotas takes a request that people grant, once and for more than there is', async () => {
  const as = { ...harness.user('operator'), systemClockOffset: harness.kernel.clock.now().getTime() - Date.now() };
  const ask = (quota: string, wanted: number) =>
    awsCommand(
      `aws service-quotas request-service-quota-increase --service-code lambda --quota-code ${quota} --desired-value ${wanted}`,
      as,
    );
  expect(await failure(ask('L-B99A9384', 1000))).toMatch(/^IllegalArgumentException/);
  expect(await failure(ask('L-1', 2000))).toBe('NoSuchResourceException: the sandbox knows no quota L-1 of lambda');
  expect(await ask('L-B99A9384', 2000)).toMatchObject([{ RequestedQuota: { Status: 'PENDING', DesiredValue: 2000 } }]);
  expect(await failure(ask('L-B99A9384', 3000))).toMatch(/^ResourceAlreadyExistsException/);
  expect(account().concurrency).toBe(1000);
  expect(organization(harness.kernel).agree(management)).toEqual(['quota L-B99A9384 of lambda is 2000']);
  expect(account().concurrency).toBe(2000);
});
