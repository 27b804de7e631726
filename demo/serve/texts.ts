import { table } from '../../cli/base/table';
import { count } from './count';
import type { Controls } from './controls';
import { accountFacts, type UserFacts } from './facts';
import { minute } from './passage';

const NEWEST_MAILS = 15;

/** A user's keys and what is remembered about them, for a terminal. */
export function keysText({ account, accountName, user, keys, tags, secret }: UserFacts): string {
  const shown = table({
    head: ['access key', 'status', 'created', 'age (days)', 'last used'],
    rows: keys.map(({ id, status, created, ageDays, lastUsed }) => [
      id,
      status,
      minute(created),
      ageDays,
      lastUsed ? minute(lastUsed) : 'never',
    ]),
    numbers: [3],
  });
  const remembered = Object.entries(tags).map(([key, value]) => `  tag ${key} = ${value}`);
  return [
    `${user} in ${account} (${accountName}), ${secret === undefined ? 'no secret yet' : `secret ${secret}`}`,
    keys.length === 0 ? '  no access key' : shown,
    ...remembered,
  ].join('\n');
}

/** The accounts of the organization, for a terminal. */
export function accountsText({ sandbox }: Controls): string {
  return table({
    head: ['account', 'name', 'e-mail', 'state', 'users', 'keys', 'secrets'],
    rows: accountFacts(sandbox).map(({ id, name, email, state, users, keys, secrets }) => [id, name, email, state, users, keys, secrets]),
    numbers: [4, 5, 6],
  });
}

/** What people agreed to, for a terminal. */
export const agreedText = (agreed: readonly string[]): string => (agreed.length === 0 ? 'Nothing waits for an answer.' : agreed.join('\n'));

/** The newest mails, for a terminal, and where to read all of them. */
export function mailsText({ sandbox, mails }: Controls): string {
  const newest = mails.slice(-NEWEST_MAILS).map(({ at, to, subject }) => `  ${minute(at)}  ${to.join(', ')}: ${subject}`);
  const earlier = mails.length > NEWEST_MAILS ? [`  and ${mails.length - NEWEST_MAILS} earlier ones`] : [];
  return [...newest, ...earlier, `${count(mails.length, 'mail')}, to read at ${sandbox.url}/_sandbox/mails`].join('\n');
}

/** Where things stand and what can be asked for, for a terminal. */
export function overviewText(controls: Controls): string {
  const { sandbox, deployment, mails } = controls;
  const url = `${sandbox.url}/_sandbox`;
  return [
    `${sandbox.url}, ${minute(sandbox.clock.now())}, ${deployment.dryRun ? 'DryRun' : 'enforcing'}; ${count(mails.length, 'mail')}, ${count(sandbox.calls.length, 'API call')}`,
    accountsText(controls),
    `GET  ${url}/credentials?account=…[&user=…][&key=…]   what a shell evaluates to act as somebody`,
    `GET  ${url}/keys?user=…[&account=…]                  a user's keys`,
    `GET  ${url}/mails                                    mails; a page in a browser`,
    `GET  ${url}/clock                                    the time here`,
    `POST ${url}/clock {"advance":"10d"} or {"to":"…"}    move on; schedules fire on the way`,
    `POST ${url}/run                                      rotate now and report`,
    `POST ${url}/agree {"account":"…"}                    people say yes to what an operator waits for`,
    `Results are in s3://${deployment.resultsBucket}/runs/. With "Accept: application/json" the answers are JSON.`,
  ].join('\n');
}
