import { MANAGEMENT, NAMES, OTHER, TEAM } from '../../helpers/sandbox-organization';
import { Patient } from './patient';

let patient: Patient;
beforeAll(async () => {
  patient = await Patient.healthy({ direct: false });
});
beforeEach(() => {
  patient.recover();
});
afterAll(async () => {
  await patient.org.stop();
});

const nowhere = (account: string) =>
  `there is no stack IamKeyRotation in account ${account}, eu-west-1 (as arn:aws:sts::${account}:assumed-role/Administrator/`;
const unnamed = { stack: undefined };

it('says in which account it looked, and whose deployment this account belongs to, and leads nobody to deploy again', async () => {
  const { when, checks, accounts } = await patient.diagnosis(unnamed, TEAM);
  expect([when, accounts]).toEqual(['not found', []]);
  expect(checks).toMatchObject([
    { check: 'deployment', status: 'problem', next: expect.stringContaining('look there: AWS_PROFILE and AWS_REGION') as string },
  ]);
  expect(checks[0]?.says).toContain(nowhere(TEAM.id));
  expect(checks[0]?.says).toContain(`the role ${NAMES.memberRole} here is that of a deployment in account ${MANAGEMENT.id}`);
  expect((await patient.complaints(unnamed, TEAM))[1]).toBe(1);
});

it('says that it is in another region, or called otherwise, when the role here is trusted by this account', async () => {
  const { stacks } = patient.org.sandbox.world;
  const key = `${MANAGEMENT.id}/eu-west-1/IamKeyRotation`;
  const stack = stacks.get(key)!;
  stacks.delete(key);
  expect((await patient.diagnosis(unnamed)).checks[0]?.says).toContain(
    'a deployment in this account, in another region or by another name',
  );
  stacks.set(`${MANAGEMENT.id}/eu-west-1/Keys`, { ...stack, name: 'Keys' });
  expect((await patient.diagnosis(unnamed)).checks[0]?.says).toContain('; this app is there as --stack Keys');
});

it.each([
  ['nothing of it is here', () => patient.org.sandbox.kernel.account(OTHER.id).roles.delete(NAMES.memberRole)],
  [
    'the role may not be read',
    () => {
      patient.org.sandbox.client(OTHER.id);
      patient.forbidOperator('iam:GetRole', OTHER);
    },
  ],
])('names both possibilities when %s', async (_, seed) => {
  seed();
  const [finding] = (await patient.diagnosis(unnamed, OTHER)).checks;
  expect(finding?.says).toMatch(/\)$/);
  expect(finding?.next).toContain('before the first deployment: npm run doctor -- --before-deploy');
});

it('throws for a stack that was named and is not there, and for one of another app', async () => {
  await expect(patient.diagnosis({ stack: 'Keys' })).rejects.toThrow(
    /^there is no stack Keys in account 111122223333, eu-west-1 \(as .*\); this app is there as --stack IamKeyRotation$/,
  );
  await expect(patient.diagnosis({ stack: 'CDKToolkit' })).rejects.toThrow("the stack CDKToolkit is another app's");
  await expect(patient.diagnosis({ stack: 'IamKeyRotation' }, TEAM)).rejects.toThrow(`in account ${TEAM.id}`);
});
