import { operate } from '../../helpers/operator';
import { FUNCTIONS, TEAM, testOrganization } from '../../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM]);

const redrive = (...args: string[]) => operate(organization().sandbox, ['redrive', ...args]);

beforeEach(() => {
  // The processes of operators live in real time.
  organization().sandbox.clock.set(new Date());
});

it('runs the queue again through the endpoint that is configured, and ends with 1 when something is refused', async () => {
  const org = organization();
  org.disturbed = true;
  await org.sandbox.invoke(FUNCTIONS.rotator, { account: '999988887777', email: 'x@acme.test', name: 'Gone' }, { type: 'Event' });
  await org.sandbox.drain();
  org.sandbox.clock.set(new Date());
  expect(await redrive()).toMatchObject({
    status: 1,
    out: expect.stringContaining('refused for good, and taken out of the queue') as string,
  });
});

it('ends with 0 when nothing waits, and with 2 when it cannot look', async () => {
  expect(await redrive()).toMatchObject({ status: 0, out: expect.stringContaining('No failed event is waiting') as string });
  expect(await redrive('--stack', 'Other')).toMatchObject({
    status: 2,
    error: expect.stringContaining(
      'nothing was run again: there is no stack Other in account 111122223333, eu-west-1 (as arn:aws:sts::111122223333:',
    ) as string,
  });
  expect(await redrive('--last-run')).toMatchObject({ status: 2, error: expect.stringContaining('no run has left a trace') as string });
  expect(await redrive('--all')).toMatchObject({ status: 2, error: expect.stringContaining('--all is not an option') as string });
});
