import { MANAGEMENT, NAMES, OTHER, TEAM, type Shape } from '../../helpers/sandbox-organization';
import { Patient } from './patient';

let patient: Patient;
afterEach(async () => {
  await patient.org.stop();
});
const deleteRole = (account: string): void => {
  patient.org.sandbox.kernel.account(account).roles.delete(NAMES.memberRole);
};

it('looks at a deployment of a delegated administrator: the stack set reaches its own account, too', async () => {
  const shape: Shape = {
    settings: { deployment: 'delegated' },
    central: TEAM,
    prepare: ({ organization }) => {
      organization.delegateAdministrator(TEAM.id);
    },
  };
  patient = await Patient.healthy(shape);
  const [complaints, exitCode] = await patient.complaints();
  expect([complaints, exitCode]).toEqual([[expect.stringContaining(`${MANAGEMENT.id}: it is the management account`)], 0]);
  deleteRole(TEAM.id);
  const { accounts } = await patient.diagnosis();
  expect(accounts.map(({ account, status }) => [account, status])).toEqual([
    [MANAGEMENT.id, 'not rotated'],
    [TEAM.id, 'problem'],
    [OTHER.id, 'fine'],
  ]);
  expect(accounts[1]?.next).toContain('revert the drift of the stack that the stack set has made');
});

it('looks at one account that belongs to no organization', async () => {
  const shape: Shape = {
    settings: { deployment: 'single' },
    central: TEAM,
    prepare: ({ organization }) => {
      organization.remove(TEAM.id);
    },
  };
  patient = await Patient.healthy(shape);
  expect(await patient.complaints()).toEqual([[], 0]);
  deleteRole(TEAM.id);
  const { accounts } = await patient.diagnosis();
  expect(accounts).toMatchObject([
    {
      account: TEAM.id,
      status: 'problem',
      next: expect.stringMatching(/^npx cdk deploy --revert-drift -c sender=\S+ -c dryRun=false -c deployment=single$/) as string,
    },
  ]);
});

it('looks at a list of accounts, whose roles were deployed by hand', async () => {
  const shape: Shape = { settings: { deployment: 'list', accounts: JSON.stringify([OTHER.id]) }, central: TEAM };
  patient = await Patient.healthy(shape);
  const { accounts } = await patient.diagnosis();
  expect(accounts).toMatchObject([
    { account: OTHER.id, status: 'problem', next: expect.stringContaining('docs/member-account.template.json') as string },
  ]);
});
