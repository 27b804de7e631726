import { CloudFormationClient, DescribeStacksCommand, type StackStatus } from '@aws-sdk/client-cloudformation';
import { DescribeKeyCommand, KMSClient, NotFoundException } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { checkReplicaKey } from '../../../cli/doctor/replica-keys';
import { remediesFor } from '../../../cli/doctor/remedies';
import type { KmsKey } from '../../../sandbox/kernel/world';
import { awsError } from '../../helpers/aws';
import { assemblyWith } from '../../helpers/sandbox-assemblies';
import { MANAGEMENT, NAMES, type TestOrganization } from '../../helpers/sandbox-organization';
import { Patient } from './patient';

const ABROAD = 'eu-central-1';
const CHECK = `central key in ${ABROAD}`;
const REVERT_DRIFT =
  /^in eu-central-1, revert the drift of the stack iam-key-rotation-replica-key: docs\/doctor\.md, "A replica key that was changed"$/;
const settings = { secretStore: 'central', replicaRegions: ABROAD };

describe('in an organization', () => {
  let patient: Patient;
  beforeAll(async () => {
    patient = await Patient.healthy({ settings });
  });
  beforeEach(() => {
    patient.recover();
  });
  afterAll(async () => {
    await patient.org.stop();
  });

  const keys = (org: TestOrganization) => org.sandbox.kernel.account(MANAGEMENT.id).keys;
  const keyIn = (org: TestOrganization, region: string): KmsKey => [...keys(org).values()].find((key) => key.region === region)!;
  const abroad = (org: TestOrganization): KmsKey => keyIn(org, ABROAD);
  const statement = (org: TestOrganization, sid: string) => [abroad(org).policy.Statement].flat().find(({ Sid }) => Sid === sid)!;
  const stacks = (org: TestOrganization) => org.sandbox.world.stacks;
  const takeKey = (org: TestOrganization): void => {
    keys(org).delete(abroad(org).arn);
    stacks(org).delete(`${MANAGEMENT.id}/${ABROAD}/IamKeyRotationReplicaKey`);
  };

  type Illness = [title: string, (org: TestOrganization) => unknown, complaint: string | RegExp, next: RegExp];
  const ILLNESSES: Illness[] = [
    [
      'the key was never deployed there',
      takeKey,
      `${CHECK}: is missing: no user gets a new key`,
      /^npx cdk synth --quiet -c sender=\S+ .*, then: aws cloudformation deploy --region eu-central-1 --stack-name iam-key-rotation-replica-key --template-file cdk\.out\/IamKeyRotationReplicaKey\.template\.json --parameter-overrides CentralKeyArn=arn:aws:kms:eu-west-1:\S+ RotatorRoleArn=arn:aws:iam::\S+ OrganizationId=o-\w+$/,
    ],
    [
      'the key is gone and its stack is not',
      (org) => {
        takeKey(org);
        const name = 'iam-key-rotation-replica-key';
        const stack = { name, account: MANAGEMENT.id, region: ABROAD, outputs: {}, resources: new Map() };
        stacks(org).set(`${MANAGEMENT.id}/${ABROAD}/${name}`, stack);
      },
      `${CHECK}: is missing: no user gets a new key`,
      REVERT_DRIFT,
    ],
    [
      'the key there is disabled',
      (org) => (abroad(org).state = 'Disabled'),
      `${CHECK}: is disabled: no user gets a new key, and none reads there`,
      /^aws kms enable-key --region eu-central-1 --key-id arn:aws:kms:eu-central-1:[^ ]+$/,
    ],
    [
      'the key there waits for its deletion',
      (org) => Object.assign(abroad(org), { state: 'PendingDeletion', deletion: new Date('2026-02-01T00:00:00Z') }),
      `${CHECK}: is deleted on 2026-02-01, and cannot be used meanwhile: no user gets a new key, and none reads there`,
      /^aws kms cancel-key-deletion (--region eu-central-1 --key-id arn:aws:kms:eu-central-1:[^ ]+) && aws kms enable-key \1$/,
    ],
    [
      'the key there knows the rotator’s role no longer',
      (org) => (statement(org, 'RotationWrites').Principal = { AWS: 'AROAEXAMPLE' }),
      /^central key in eu-central-1: its policy does not let arn:aws:iam::111122223333:role\/\S+ write secrets$/,
      REVERT_DRIFT,
    ],
    [
      'the key there lets the rotator make no data key',
      (org) => (statement(org, 'RotationWrites').Action = 'kms:Encrypt'),
      /^central key in eu-central-1: its policy does not let \S+ write secrets$/,
      REVERT_DRIFT,
    ],
    [
      'the key there lets no user decrypt',
      (org) => (statement(org, 'UsersReadTheirSecrets').Effect = 'Deny'),
      `${CHECK}: its policy lets no user read`,
      REVERT_DRIFT,
    ],
    [
      'the key itself waits for the deletion of its replicas',
      (org) => (keyIn(org, 'eu-west-1').state = 'PendingReplicaDeletion'),
      'central key: is deleted once its replica keys are, and every secret is lost with it',
      /^aws kms cancel-key-deletion (--region eu-west-1 --key-id [^ ]+) && aws kms enable-key \1$/,
    ],
    [
      'the key itself is gone, and with it every replica',
      (org) => {
        keys(org).clear();
      },
      'central key: is gone: no secret can be written or read',
      /^npx cdk deploy --revert-drift -c sender=\S+ -c dryRun=false -c secretStore=central -c replicaRegions=eu-central-1$/,
    ],
    [
      'the management account has lost the role, which is part of the stack',
      (org) => org.sandbox.kernel.account(MANAGEMENT.id).roles.delete(NAMES.memberRole),
      `${MANAGEMENT.id}: the role ${NAMES.memberRole} is missing or trusts somebody else`,
      /^npx cdk deploy --revert-drift -c sender=\S+ -c dryRun=false -c secretStore=central -c replicaRegions=eu-central-1$/,
    ],
  ];

  it('finds nothing where the key is deployed', async () => {
    expect(await patient.complaints()).toEqual([[], 0]);
    const found = (await patient.diagnosis()).checks.filter(({ check }) => check.startsWith('central key'));
    expect(found.map(({ check, status }) => `${check}: ${status}`)).toEqual(['central key: fine', `${CHECK}: fine`]);
  });

  it.each(ILLNESSES)('finds, and finds nothing else, when %s', async (_, seed, complaint, next) => {
    seed(patient.org);
    const matching = typeof complaint === 'string' ? complaint : (expect.stringMatching(complaint) as string);
    expect(await patient.complaints()).toEqual([[matching], 1]);
    const { checks, accounts } = await patient.diagnosis();
    expect([...checks, ...accounts].find(({ status }) => status === 'problem')?.next).toMatch(next);
  });

  it('is content once its step for a missing key was taken', async () => {
    const { org } = patient;
    takeKey(org);
    const next = (await patient.diagnosis()).checks.find(({ check }) => check === CHECK)?.next ?? '';
    const overrides = next.slice(next.indexOf('--parameter-overrides'));
    const parameters = Object.fromEntries([...overrides.matchAll(/ (\w+)=(\S+)/g)].map(([, name, value]) => [name, value])) as Record<
      string,
      string
    >;
    const account = MANAGEMENT.id;
    await org.sandbox.deploy(await assemblyWith('enforcing', settings), {
      account,
      region: ABROAD,
      stack: 'IamKeyRotationReplicaKey',
      parameters,
    });
    expect(await patient.complaints()).toEqual([[], 0]);
  });
});

describe('the step for a missing key', () => {
  const place = { region: ABROAD };
  const clients = { kms: new KMSClient(place), cloudformation: new CloudFormationClient(place) };
  const [kms, cloudformation] = [mockClient(clients.kms), mockClient(clients.cloudformation)];
  const store = { key: 'arn:aws:kms:eu-west-1:111122223333:key/mrk-1', rotatorRole: 'arn:aws:iam::111122223333:role/rotator' };
  const step = async (): Promise<string | undefined> =>
    (
      await checkReplicaKey(
        { inRegion: () => clients },
        { store: { ...store, replicaRegions: [ABROAD] }, remedies: remediesFor(undefined, {}) },
        ABROAD,
      )
    ).next;
  const inStatus = (StackStatus: StackStatus): void => {
    cloudformation.on(DescribeStacksCommand).resolves({ Stacks: [{ StackName: 'x', CreationTime: new Date(0), StackStatus }] });
  };
  beforeEach(() => {
    cloudformation.reset();
    kms.on(DescribeKeyCommand).rejects(new NotFoundException({ message: 'gone', $metadata: {} }));
  });
  it('leaves out the organization where the template does not ask for it', async () => {
    cloudformation.on(DescribeStacksCommand).rejects(awsError('ValidationError', 400, 'Stack with id x does not exist'));
    expect(await step()).toMatch(/ CentralKeyArn=\S+key\/mrk-1 RotatorRoleArn=\S+role\/rotator$/);
  });

  it('first removes what a deployment that failed has left', async () => {
    inStatus('ROLLBACK_COMPLETE');
    expect(await step()).toMatch(
      /then: aws cloudformation delete-stack (.+) && aws cloudformation wait stack-delete-complete \1 && aws cloudformation deploy \1 /,
    );
  });

  it('is to wait while a deployment is under way', async () => {
    inStatus('CREATE_IN_PROGRESS');
    expect(await step()).toMatch(/^wait until/);
  });
});
