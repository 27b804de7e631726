import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyDocument, Statement } from '../../../sandbox/kernel/world';
import { MANAGEMENT, NAMES } from '../../helpers/sandbox-organization';
import { Patient, SENDER } from './patient';

const page = readFileSync(join(__dirname, '../../../docs/doctor.md'), 'utf8');
const policy = JSON.parse(/<!-- policy -->\s+```json\n([\s\S]+?)```/.exec(page)?.[1] ?? '') as PolicyDocument & { Statement: Statement[] };
const before = { stack: 'NotThereYet', beforeDeploy: true, context: { rotation: { sender: SENDER } } };

let patient: Patient;
beforeAll(async () => {
  patient = await Patient.healthy({ settings: { secretStore: 'central', replicaRegions: 'eu-central-1' } });
});
afterAll(async () => {
  await patient.org.stop();
});

it('is enough for an operator, and holds nothing that the doctor does not need', async () => {
  const { sandbox } = patient.org;
  sandbox.kernel.account(MANAGEMENT.id).roles.get('Administrator')!.inlinePolicies = new Map([['Doctor', policy]]);
  sandbox.calls.length = 0;
  expect(await patient.complaints()).toEqual([[], 0]);
  [...sandbox.kernel.account(MANAGEMENT.id).queues.values()][0]!.messages.push({ at: sandbox.clock.now(), body: '' });
  expect(await patient.complaints()).toEqual([[expect.stringContaining('failed events: 1 failed')], 1]);
  sandbox.people(MANAGEMENT.id).deleteGroup(NAMES.exemptionGroup);
  expect(await patient.complaints(before)).toEqual([[], 0]);
  sandbox.world.stacks.delete(`${MANAGEMENT.id}/eu-west-1/IamKeyRotation`);
  expect((await patient.diagnosis({ stack: undefined })).when).toBe('not found');
  const asked = sandbox.calls.filter(({ principal }) => principal.includes(':assumed-role/Administrator/'));
  const needed = new Set(asked.flatMap(({ authorized }) => authorized.map(({ action }) => action)));
  needed.delete('sts:GetCallerIdentity');
  expect(policy.Statement.flatMap(({ Action }) => Action ?? []).sort()).toEqual([...needed].sort());
});
