import type { Sandbox } from '../../sandbox/sandbox';
import type { People } from './habits';
import type { NeverRules } from '../never-rules/never-rules';
import type { Machines } from './machines';
import { ACCOUNTS } from './organization';
import type { Results } from './results';
import { showChecks } from './show';

/** Everything the self-check looks at. */
export interface Story {
  sandbox: Sandbox;
  rules: NeverRules;
  results: Results;
  people: People;
  machines: Machines;
  /** IAM and Secrets Manager were the same after the DryRun day. */
  unchanged: boolean;
}

/** Checks that the story went as the policy promises, prints each check, and gives the number of those that failed. */
export function checkStory(story: Story): number {
  return showChecks([...promises(story), ...neverRules(story)], story.rules.broken);
}

function promises({ sandbox, results, people, machines, unchanged }: Story): [boolean, string][] {
  const life = (user: string): string =>
    ['rotate', 'disable', 'delete'].map((action) => String(results.dayOf(user, action) ?? 'never')).join(' → ');
  const exempt = ACCOUNTS.flatMap((account) => account.users).filter((user) => user.exempt && user.exemptUntil === undefined);
  const closed = sandbox.calls.filter((call) => call.account === '777788889999');
  const failing = new Set(results.failed.filter((one) => one.day >= 13 && one.step !== 'send mail').map((one) => one.account));
  return [
    [unchanged, 'DryRun changed nothing in IAM and Secrets Manager'],
    [life('web-deploy') === '90 → 100 → 110', `a key created on day 0 is rotated, disabled and deleted on days ${life('web-deploy')}`],
    [life('ancient-batch') === '0 → 10 → 20', `a 400-day-old key first met on day 0 gets its 10 + 10 days: ${life('ancient-batch')}`],
    [life('vendor,acme') === '0 → 10 → 20' && life('replicator') === '0 → 10 → 20', 'a user name with a comma and one with a path work'],
    [
      life('ci-runner').startsWith('0 → 10 →') && results.dayOf('ci-runner', 'delete') === 32,
      `a key re-enabled on day 12 gets a fresh grace: disabled again on day 22, deleted on day ${results.dayOf('ci-runner', 'delete') ?? 'never'}`,
    ],
    [
      exempt.every((user) => results.happened.every((one) => one.user !== user.name || one.action === 'skip')),
      'exempt users were left alone',
    ],
    [
      results.dayOf('partner-sftp', 'rotate') === 55,
      `an exemption until 2026-02-28 lapsed on the day after: rotated on day ${results.dayOf('partner-sftp', 'rotate') ?? 'never'}`,
    ],
    [
      results.dayOf('secret-in-the-way', 'rotate') === 12,
      `a secret that is not ours stopped the rotation before any key was made; once it was gone: day ${results.dayOf('secret-in-the-way', 'rotate') ?? 'never'}`,
    ],
    [
      people.habits.fetched.length > 0 && people.habits.leaked.length === 0,
      `${people.habits.fetched.length} times a user fetched the new key with the old one; ${people.habits.refused} attempts by other users were refused`,
    ],
    [
      machines.failed.length === 0 && machines.programs.every(({ keys }) => keys.length === 3),
      `a laptop and a server, started on day 0 and never touched, made ${machines.calls} calls through two rotations each: ${machines.failed.length} failed`,
    ],
    [failing.size === 1 && failing.has('555566667777'), 'the account without the role was reported every day, and stopped no other'],
    [closed.every((call) => !call.principal.includes('iam-key-rotation')), 'the suspended account was never entered'],
    [sandbox.mails.every((mail) => mail.renderingFailure === undefined), 'every mail was rendered'],
    [
      sandbox.denials.every((call) => isExpected(call.principal, call.operation)),
      'nothing was denied that the synthesized policies should have allowed',
    ],
  ];
}

/** Neighbours who try to read a secret, and the role that somebody deleted. */
const isExpected = (principal: string, operation: string): boolean =>
  operation === 'AssumeRole' || (principal.includes(':user/') && operation === 'GetSecretValue');

function neverRules({ rules, sandbox }: Story): [boolean, string][] {
  const mutations = sandbox.calls.filter(
    (call) => call.mutating && call.service === 'iam' && call.principal.includes('iam-key-rotation-member'),
  );
  return [[rules.broken.length === 0, `no never-rule was broken in ${mutations.length} changes to IAM (${rules.broken.length} broken)`]];
}
