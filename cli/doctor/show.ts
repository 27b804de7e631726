import { table } from '../base/table';
import { colors } from '../base/terminal';
import { KEY_ACTIONS } from './central-store';
import type { AccountFinding, Diagnosis, Finding } from './finding';

/** What a check changes nothing to prove: what the member role writes and, in the central store, the rotator's role and Secrets Manager. */
const UNPROVEN = [
  'iam:CreateAccessKey',
  'iam:UpdateAccessKey',
  'iam:DeleteAccessKey',
  'iam:TagUser',
  'iam:UntagUser',
  'secretsmanager:CreateSecret',
  'secretsmanager:TagResource',
  'secretsmanager:PutSecretValue',
  'secretsmanager:GetResourcePolicy',
  'secretsmanager:ListSecretVersionIds',
  'secretsmanager:ListSecrets',
  'secretsmanager:PutResourcePolicy',
];

/** The actions that no check tries; with a central store policies alone say that secrets can be written there. */
export const unproven = (central: boolean): string[] => [...UNPROVEN, ...(central ? KEY_ACTIONS : [])];

const SIGNS: Readonly<Record<AccountFinding['status'], string>> = {
  fine: colors.green('✔'),
  problem: colors.red('✘'),
  unknown: colors.yellow('?'),
  'not rotated': colors.dim('–'),
};
const MOST_NAMED = 5;

/** The diagnosis for a terminal: what was looked at, one line for each account, and what to do about each problem. */
export function showDiagnosis(diagnosis: Diagnosis): string {
  const { account, region, partition, identity, checks, accounts, secretStore } = diagnosis;
  const place = `account ${account}, ${region}${partition === 'aws' ? '' : ` (${partition})`}, as ${identity}`;
  const title = { deployed: 'The deployment', 'before deployment': 'Before the deployment', 'not found': 'No deployment' }[diagnosis.when];
  return [
    `${title} in ${place}`,
    table({ head: ['', 'check', 'found'], rows: checks.map(({ status, check, says }) => [SIGNS[status], check, says]) }),
    ...(accounts.length === 0
      ? []
      : [
          table({
            head: ['', 'account', 'name', 'found'],
            rows: accounts.map(({ status, account: id, name, says }) => [SIGNS[status], id, name, says]),
          }),
        ]),
    ...steps(checks, accounts),
    ...(accounts.length === 0 ? [] : [`Not tried, because it would change something: ${unproven(secretStore === 'central').join(', ')}.`]),
    verdict([...checks, ...accounts]),
  ].join('\n\n');
}

type Shown = Pick<Finding, 'says' | 'detail' | 'next'> & { subject: string };

/** Accounts with the same problem and the same remedy share a step. */
function steps(checks: readonly Finding[], accounts: readonly AccountFinding[]): string[] {
  const groups = new Map<string, Shown[]>();
  const open = [
    ...checks.map((finding) => ({ ...finding, subject: finding.check })),
    ...accounts.map((finding) => ({ ...finding, subject: [finding.account, finding.name].filter((part) => part !== '').join(' ') })),
  ];
  for (const finding of open) {
    if (finding.next === undefined) continue;
    const key = `${finding.says}\n${finding.next}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  if (groups.size === 0) return [];
  const shown = [...groups.values()].map((group, index) => step(group, index + 1));
  return [[colors.bold('What to do'), ...shown].join('\n')];
}

function step(group: readonly Shown[], number: number): string {
  const [first] = group;
  if (!first) return '';
  const subjects = group.map(({ subject }) => subject);
  const more = subjects.length > MOST_NAMED ? ` and ${subjects.length - MOST_NAMED} more` : '';
  const lines = [
    `${String(number).padStart(3)}. ${subjects.slice(0, MOST_NAMED).join(', ')}${more}: ${first.says}`,
    ...(first.detail === undefined ? [] : [`     ${colors.dim(first.detail)}`]),
    `     → ${first.next ?? ''}`,
  ];
  return lines.join('\n');
}

/** How many problems there are, in one line. */
export function verdict(findings: readonly { status: string }[]): string {
  const count = (status: string): number => findings.filter((finding) => finding.status === status).length;
  const problems = count('problem');
  const unknown = count('unknown');
  if (problems + unknown === 0) return colors.green('All is fine.');
  const parts = [
    ...(problems > 0 ? [`${problems} problem${problems === 1 ? '' : 's'}`] : []),
    ...(unknown > 0 ? [`${unknown} could not be checked`] : []),
  ];
  return colors.red(`${parts.join(', ')}.`);
}
