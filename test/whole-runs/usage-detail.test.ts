import { ACTIONS } from '../../lambda/shared/actions';
import type { ActionResult } from '../../lambda/runs/schemas';
import type { SentMail } from '../../sandbox/kernel/world';
import { actionsOf, DAY, FUNCTIONS, NAMES, START, TEAM, testOrganization, type TestOrganization } from '../helpers/sandbox-organization';

const deployed = testOrganization('enforcing', [TEAM], { settings: { usageDetail: 'true' }, direct: true });
const USER = 'web-deploy';
const OWNER = 'owner@acme.example';
const EVIL = `<img src=x onerror=alert(1)>"'&{{text.contact}}\r\n\u202egnp.${'x'.repeat(3_000)}`;
let org: TestOrganization;
beforeEach(() => {
  org = deployed();
});

const newestMail = (): SentMail & { text: string; html: string } => {
  const { text = '', html = '', ...mail } = org.sandbox.mails.findLast(({ to }) => to.includes(OWNER))!;
  return { ...mail, text, html };
};
const asked = () => org.callsOfApp().filter(({ service }) => service === 'cloudtrail');

/** A key is replaced, its programs go on with it, and three days later a warning says that it ends. */
async function warned(...calls: { address: string; agent: string; times: number }[]): Promise<ActionResult> {
  const [old] = org.addUser(TEAM, USER, [{ ageDays: 90, usedDaysAgo: 1 }], { owner: OWNER }).keys;
  await org.rotate(TEAM);
  const at = new Date(START.getTime() + 2 * DAY);
  const people = org.sandbox.people(TEAM.id);
  for (const call of calls) people.callWithKey(USER, old!.id, { at, service: 'ec2', operation: 'DescribeInstances', reads: true, ...call });
  org.sandbox.calls.length = 0;
  org.goToDay(3);
  const result = await org.rotate(TEAM);
  expect([result.status, result.failures]).toEqual(['succeeded', []]);
  const [action] = actionsOf([result], USER).filter(({ keyId }) => keyId === old?.id);
  expect(ACTIONS[action!.action].label).toBe('Warn');
  return action!;
}

it('the warning says who uses the key: address, program, calls, when; and what that does not show', async () => {
  const { usage } = await warned(
    { address: '203.0.113.9', agent: 'aws-cli/2.32 md/command#ec2.describe-instances m/E', times: 70 },
    { address: '198.51.100.7', agent: 'Boto3/1.42', times: 2 },
  );
  expect(usage).toMatchObject({ regions: ['eu-west-1', 'us-east-1'], calls: 72, failed: [] });
  expect(asked().map(({ principal, outcome }) => [principal.includes(`:assumed-role/${NAMES.memberRole}/`), outcome])).toEqual(
    Array.from({ length: 3 }, () => [true, 'ok']),
  );
  expect(org.sandbox.denials).toEqual([]);
  const { text } = newestMail();
  expect(text).toContain('    - 203.0.113.9, aws-cli/2.32\n      70 calls, on 7 Jan 2026: ec2 DescribeInstances (70)');
  expect(text).toContain('    - 198.51.100.7, Boto3/1.42\n      2 calls, on 7 Jan 2026: ec2 DescribeInstances (2)');
  expect(text).toContain('It does not show: reading and writing of data, such as objects in S3');
});

it('what a program calls itself harms nobody', async () => {
  await warned({ address: EVIL, agent: EVIL, times: 1 });
  const { html, text, subject } = newestMail();
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(html).not.toContain('<img');
  expect(html + text + subject).not.toMatch(/\u202e|x{200}/);
  expect(text).not.toContain('\r');
});

it('without the permission the mail, the result and the log say so, and nothing fails', async () => {
  const role = org.sandbox.kernel.account(TEAM.id).roles.get(NAMES.memberRole)!;
  for (const policy of role.inlinePolicies.values())
    policy.Statement = [policy.Statement].flat().filter(({ Sid }) => Sid !== 'SeeWhoUsesKeys');
  const { usage } = await warned({ address: '203.0.113.9', agent: 'aws-cli/2.32', times: 3 });
  expect(usage?.failed.map(({ region, error }) => [region, error])).toEqual([
    ['eu-west-1', 'AccessDeniedException'],
    ['us-east-1', 'AccessDeniedException'],
  ]);
  expect(newestMail().text).toContain('Who uses it could not be looked up.\n  Could not be looked up in eu-west-1: AccessDeniedException:');
  const lines = org.logs.filter(
    ({ functionName, line }) => functionName === FUNCTIONS.rotator && line.includes('who uses the key was not looked up'),
  );
  expect(lines).toHaveLength(2);
});

it('nobody is asked without the setting', async () => {
  delete org.functionNamed(FUNCTIONS.rotator).environment['USAGE_DETAIL'];
  const { usage } = await warned({ address: '203.0.113.9', agent: 'aws-cli/2.32', times: 3 });
  expect([usage, asked()]).toEqual([undefined, []]);
  expect(newestMail().text).not.toContain('CloudTrail');
});
