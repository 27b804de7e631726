import { colors } from '../../cli/base/terminal';
import { secretNameFor } from '../../lambda/shared/secret-name';
import { ACCOUNTS, MANAGEMENT } from '../story/organization';
import type { Controls } from './controls';
import { minute } from './passage';
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
  const parts: [title: string, ...lines: string[]][] = [
    [
      'In another terminal, act as the administrator of the management account',
      actAs(`account=${MANAGEMENT.id}`),
      'aws sts get-caller-identity',
      'aws organizations list-accounts',
    ],
    [
      `${deployment.dryRun ? `Ask what rotating ${EXAMPLE_USER} would do` : `Rotate ${EXAMPLE_USER} now`} (version 2 of the aws command line takes the second line)`,
      `${invoke} --payload ${event} /dev/stdout`,
      `${invoke} --payload ${event} --cli-binary-format raw-in-base64-out /dev/stdout`,
      `aws s3 ls --recursive s3://${deployment.resultsBucket}/runs/`,
    ],
    ...(deployment.dryRun
      ? []
      : [
          [
            `As ${EXAMPLE_USER}, with the old key, fetch the new one`,
            actAs(`account=${id}&user=${EXAMPLE_USER}`),
            `aws secretsmanager get-secret-value --secret-id ${secretNameFor(id, EXAMPLE_USER)}`,
          ] satisfies [string, ...string[]],
        ]),
    [
      'As the administrator of a member account, look at its users',
      actAs(`account=${id}`),
      `aws iam list-access-keys --user-name ${EXAMPLE_USER}`,
      `aws iam list-user-tags --user-name ${EXAMPLE_USER}`,
    ],
    [
      'Run the schedules now; let ten days pass',
      `curl -s -X POST ${sandbox.url}/_sandbox/run`,
      `curl -s -X POST ${sandbox.url}/_sandbox/clock -d '{"advance":"10d"}'`,
      `curl -s '${sandbox.url}/_sandbox/keys?user=${EXAMPLE_USER}'`,
    ],
  ];
  const where = [
    `The organization is at ${sandbox.url}, ${deployment.dryRun ? 'DryRun: nothing will change' : 'enforcing: keys will really be rotated'}`,
    `Its clock shows ${minute(sandbox.clock.now())} and runs on. Schedules fire when you move it or run them, not by waiting.`,
    `Overview and mails for your browser: ${sandbox.url}/_sandbox/`,
  ] as const;
  return [where, ...parts.map(([title, ...lines], index) => [`${index + 1}. ${title}`, ...lines])].map(block).join('\n\n');
}

const block = ([title = '', ...lines]: readonly string[]): string => [colors.bold(title), ...lines.map((line) => `  ${line}`)].join('\n');
