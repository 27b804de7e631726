import { operate } from '../../helpers/operator';
import { FUNCTIONS, MANAGEMENT } from '../../helpers/sandbox-organization';
import { Patient } from './patient';

let patient: Patient;
beforeAll(async () => {
  patient = await Patient.healthy({ direct: false });
});
afterAll(async () => {
  await patient.org.stop();
});

const doctor = (...args: string[]) => operate(patient.org.sandbox, ['doctor', ...args]);

it('prints a healthy deployment as tables and as JSON, without a secret, and ends with 0', async () => {
  const shown = await doctor();
  expect([shown.status, shown.out]).toEqual([0, expect.stringContaining('All is fine.')]);
  const json = await doctor('--json');
  expect(JSON.parse(json.out)).toMatchObject({ exitCode: 0, when: 'deployed', account: MANAGEMENT.id, region: 'eu-west-1' });
  const { credentials } = patient.org.sandbox.client(MANAGEMENT.id);
  for (const secret of [credentials.secretAccessKey, credentials.sessionToken]) expect(json.out + shown.out).not.toContain(secret);
});

it('ends with 1 when there is a problem, and names the step', async () => {
  const { sandbox } = patient.org;
  for (const schedule of sandbox.kernel.account(MANAGEMENT.id).schedules.values()) {
    if (schedule.name === FUNCTIONS.orchestrator) schedule.state = 'DISABLED';
  }
  const { status, out } = await doctor('--accounts', MANAGEMENT.id);
  expect(status).toBe(1);
  expect(out).toContain('→ npm run resume\n');
  patient.recover();
});

it('ends with 2 when it cannot even begin', async () => {
  expect(await doctor('--accounts', '1')).toMatchObject({ status: 2, error: expect.stringContaining('must be an account id') as string });
  patient.forbidOperator('cloudformation:DescribeStacks');
  const { status, error } = await doctor();
  expect([status, error]).toEqual([2, expect.stringContaining('cloudformation:DescribeStacks')]);
  patient.recover();
});
