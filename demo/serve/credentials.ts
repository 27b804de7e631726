import type { Credentials } from '../../sandbox/kernel/contracts';
import type { Sandbox } from '../../sandbox/sandbox';
import type { AccessKey } from '../../sandbox/kernel/world';
import { ControlError } from './control-error';
import { PREFIX } from './prefix';
import { exportLines, tellLine } from './shell';

/** Whom to act as: the account's administrator, or one of its users. */
export interface Identity {
  account: string;
  user?: string | undefined;
  /** Which of the user's keys; their oldest active one when absent, which is what they hold before they fetch a new one. */
  key?: string | undefined;
}

/** Credentials and the words for whose they are; throws a ControlError when there is no such account, user or usable key. */
function credentialsOf(sandbox: Sandbox, { account, user, key }: Identity): { credentials: Credentials; whose: string } {
  const member = sandbox.world.organization.members.get(account);
  if (!member) {
    const known = [...sandbox.world.organization.members.values()].map(({ id, name }) => `${id} (${name})`);
    throw new ControlError(`account ${account} is not in the organization; there are: ${known.join(', ')}`, 404);
  }
  if (member.state !== 'ACTIVE') throw new ControlError(`account ${account} (${member.name}) is ${member.state}: nobody can sign in`, 409);
  const place = `account ${account} (${member.name})`;
  if (user === undefined) return { credentials: sandbox.client(account).credentials, whose: `administrator of ${place}` };
  const held = keyOf(sandbox, { account, user, key });
  return {
    credentials: { accessKeyId: held.id, secretAccessKey: held.secret },
    whose: `user ${user} of ${place} with ${held.status.toLowerCase()} key ${held.id}`,
  };
}

function keyOf(sandbox: Sandbox, { account, user = '', key }: Identity): AccessKey {
  const { users } = sandbox.kernel.account(account);
  const found = users.get(user);
  if (!found) throw new ControlError(`account ${account} has no user ${user}; it has: ${[...users.keys()].join(', ') || 'none'}`, 404);
  const oldestFirst = found.keys.toSorted((a, b) => a.created.getTime() - b.created.getTime());
  const held = oldestFirst.find((one) => (key === undefined ? one.status === 'Active' : one.id === key));
  if (held) return held;
  const known = oldestFirst.map(({ id, status }) => `${id} (${status})`).join(', ') || 'none';
  throw new ControlError(
    `user ${user} of account ${account} has no ${key === undefined ? 'active key' : `key ${key}`}; keys: ${known}`,
    404,
  );
}

/** What to paste into a shell to act as somebody. */
export function credentialsCommand({ url }: Sandbox, { account, user }: Identity): string {
  const query = new URLSearchParams({ account, ...(user !== undefined && { user }) });
  return `eval "$(curl -s '${url}${PREFIX}credentials?${query.toString()}')"`;
}

/** What a shell evaluates to act as somebody with the `aws` command line, versions 1 and 2, and the SDKs. */
export function credentialLines(sandbox: Sandbox, identity: Identity): string {
  const { credentials, whose } = credentialsOf(sandbox, identity);
  const { region } = sandbox.kernel;
  const lines = exportLines({
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_PAGER: '',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  });
  return lines + tellLine(`Acting as ${whose}`);
}
