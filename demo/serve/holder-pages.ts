import { escape } from 'html-escaper';
import { count } from './count';
import { secretNameFor } from '../../lambda/shared/secret-name';
import { ControlError } from './control-error';
import type { Controls } from './controls';
import { credentialsCommand } from './credentials';
import { mailsAbout, secretFacts, userFacts } from './facts';
import { card, facts, link, page, table } from './layout';
import { mailTable } from './pages';
import { minute } from './passage';
import { newestReport } from './reports';

/** One account with its users and secrets; throws a ControlError when there is none. */
export function accountPage(served: Controls, id: string): string {
  const { sandbox } = served;
  const member = sandbox.world.organization.members.get(id);
  if (!member) throw new ControlError(`there is no account ${id}`, 404);
  const { users, secrets } = sandbox.kernel.account(id);
  const people = [...users.values()].map(({ name, keys }) => {
    const active = keys.filter(({ status }) => status === 'Active').length;
    const oldest = keys.map(({ created }) => created).sort((a, b) => a.getTime() - b.getTime())[0];
    return [link(name, 'users', id, name), keys.length, active, oldest ? minute(oldest) : ''];
  });
  const kept = [...secrets.values()].map(({ name, changed, deleted }) => [
    link(name, 'secrets', id, name),
    minute(changed),
    deleted ? `being deleted since ${minute(deleted)}` : '',
  ]);
  return page(
    member.name,
    served,
    [
      card(
        'Account',
        facts([
          ['Id', id],
          ['E-mail', member.email],
          ['State', member.state],
        ]),
      ),
      card(count(people.length, 'user'), table(['User', 'Keys', 'Active', 'Oldest key since'], people, 'No user.')),
      card(count(kept.length, 'secret'), table(['Secret', 'Changed', ''], kept, 'No secret yet: a rotation makes the first one.')),
    ].join('\n'),
  );
}

/** One user with keys, tags, secret and mails; throws a ControlError when there is none. */
export function userPage(served: Controls, account: string, name: string): string {
  const [found] = userFacts(served.sandbox, name, account);
  if (!found) throw new ControlError(`no user ${name} in account ${account}`, 404);
  const { accountName, keys, tags, secret } = found;
  const report = newestReport(served);
  const place = `#view=keys&account=${account}&search=${encodeURIComponent(name)}`;
  const shown = keys.map(({ id, status, created, ageDays, lastUsed }) => [
    id,
    status,
    minute(created),
    ageDays,
    lastUsed ? minute(lastUsed) : 'never',
  ]);
  return page(
    name,
    served,
    [
      card(
        'User',
        facts([
          ['Account', link(`${accountName} (${account})`, 'accounts', account)],
          ['Secret', secret === undefined ? 'none yet' : link(secret, 'secrets', account, secret)],
          [
            'Report',
            report === undefined ? '' : { html: link('the newest one', 'reports', report).html.replace('">', `${escape(place)}">`) },
          ],
        ]),
      ),
      card('Access keys', table(['Access key', 'Status', 'Created', 'Age in days', 'Last used'], shown, 'No access key.')),
      card('Tags', table(['Tag', 'Value'], Object.entries(tags), 'No tag.')),
      card('Mails that name this user', mailTable(served, mailsAbout(served.sandbox, account, name), 'No mail names this user yet.')),
    ].join('\n'),
  );
}

const indented = (policy: string): string => JSON.stringify(JSON.parse(policy), undefined, 2);

/** One secret without its values; throws a ControlError when there is none. */
export function secretPage(served: Controls, account: string, name: string): string {
  const { accountName, user, created, changed, deleted, versions, tags, policy } = secretFacts(served.sandbox, account, name);
  const shown = versions.map(({ id, stages, created: at, accessed, keyId }) => [
    keyId ?? id,
    stages.join(', '),
    minute(at),
    accessed ? minute(accessed).slice(0, 10) : 'never',
  ]);
  const fetch =
    user === undefined
      ? ''
      : card(
          `As ${user}, fetch the new key with the old one`,
          `<pre tabindex="0">${escape(credentialsCommand(served.sandbox, { account, user }))}
aws secretsmanager get-secret-value --secret-id ${escape(secretNameFor(account, user))}</pre>`,
        );
  return page(
    name,
    served,
    [
      card(
        'Secret',
        facts([
          ['Account', link(`${accountName} (${account})`, 'accounts', account)],
          ['User', user === undefined ? '' : link(user, 'users', account, user)],
          ['Created', minute(created)],
          ['Changed', minute(changed)],
          ['Being deleted since', deleted ? minute(deleted) : ''],
        ]),
      ),
      card('Versions', table(['Access key', 'Labels', 'Created', 'Last fetched'], shown)),
      card('Tags', table(['Tag', 'Value'], Object.entries(tags), 'No tag.')),
      card(
        'Who may read it',
        `<pre tabindex="0">${escape(policy === undefined ? 'No resource policy: whoever IAM allows.' : indented(policy))}</pre>`,
      ),
      fetch,
    ].join('\n'),
  );
}
