import colors from 'picocolors';
import { secretNameFor } from '../../lambda/rotation/secret-store';
import { ACCOUNTS } from '../demo/organization';
import { MANAGEMENT } from '../demo/organization';
import type { Controls } from './controls';
import { quoted } from './shell';

/** Whom the examples are about: an owner-tagged user with one young key. */
const EXAMPLE_USER = 'alice';

/** What to do first, ready to be pasted into another terminal. */
export function welcome({ sandbox, deployment }: Controls): string {
  const account = ACCOUNTS.find(({ users }) => users.some(({ name }) => name === EXAMPLE_USER));
  if (!account) throw new Error(`no account of the demonstration has the user ${EXAMPLE_USER}`);
  const { id, name, email } = account;
  const event = quoted(JSON.stringify({ account: id, email, name, ForceRotate: EXAMPLE_USER }));
  const invoke = `aws lambda invoke --function-name ${deployment.rotator}`;
  const actAs = (query: string): string => `eval "$(curl -s '${sandbox.url}/_sandbox/credentials?${query}')"`;
  const part = (title: string, ...lines: string[]): string => `${colors.bold(title)}\n${lines.map((line) => `  ${line}`).join('\n')}`;
  return [
    part(
      `The organization is at ${sandbox.url}, ${deployment.dryRun ? 'DryRun: nothing will change' : 'enforcing: keys will really be rotated'}`,
      `Its clock shows ${sandbox.clock.now().toISOString().slice(0, 16)}Z and runs on. Schedules fire when you move it (advance) or run them, not by waiting.`,
      `Overview and mails for your browser: ${sandbox.url}/_sandbox/`,
    ),
    part(
      '1. In another terminal, act as the administrator of the management account',
      actAs(`account=${MANAGEMENT.id}`),
      'aws sts get-caller-identity',
      'aws organizations list-accounts',
    ),
    part(
      `2. Rotate ${EXAMPLE_USER} now (aws command line version 1, then version 2)`,
      `${invoke} --payload ${event} /dev/stdout`,
      `${invoke} --payload ${event} --cli-binary-format raw-in-base64-out /dev/stdout`,
    ),
    part(
      `3. As ${EXAMPLE_USER}, with the old key, fetch the new one`,
      actAs(`account=${id}&user=${EXAMPLE_USER}`),
      `aws secretsmanager get-secret-value --secret-id ${secretNameFor(id, EXAMPLE_USER)}`,
    ),
    part(
      '4. As the administrator of a member account, look at what happened',
      actAs(`account=${id}`),
      `aws iam list-access-keys --user-name ${EXAMPLE_USER}`,
      `aws iam list-user-tags --user-name ${EXAMPLE_USER}`,
    ),
    part(
      '5. Let time pass',
      `curl -s -X POST ${sandbox.url}/_sandbox/run`,
      `curl -s -X POST ${sandbox.url}/_sandbox/clock -d '{"advance":"10d"}'`,
      `curl -s '${sandbox.url}/_sandbox/keys?user=${EXAMPLE_USER}'`,
    ),
  ].join('\n\n');
}
