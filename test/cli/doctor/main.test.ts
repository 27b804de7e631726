import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { FUNCTIONS, MANAGEMENT } from '../../helpers/sandbox-organization';
import { Patient } from './patient';

const ROOT = join(__dirname, '..', '..', '..');
let patient: Patient;
beforeAll(async () => {
  patient = await Patient.healthy();
});
afterAll(async () => {
  await patient.org.stop();
});

/** Runs the command as an operator does, against the sandbox. */
async function doctor(...args: string[]): Promise<{ status: number | null; out: string; error: string }> {
  const { credentials, region, endpoint } = patient.org.sandbox.client(MANAGEMENT.id);
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), join(ROOT, 'cli/doctor/main.ts'), ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      NO_COLOR: '1',
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    },
  });
  let [out, error] = ['', ''];
  child.stdout.on('data', (data) => (out += String(data)));
  child.stderr.on('data', (data) => (error += String(data)));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, out, error };
}

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
  expect(out).toContain('→ npx cdk deploy --revert-drift');
  patient.recover();
});

it('ends with 2 when it cannot even begin', async () => {
  expect(await doctor('--accounts', '1')).toMatchObject({ status: 2, error: expect.stringContaining('must be an account id') as string });
  patient.forbidOperator('cloudformation:DescribeStacks');
  const { status, error } = await doctor();
  expect([status, error]).toEqual([2, expect.stringContaining('cloudformation:DescribeStacks')]);
  patient.recover();
});
