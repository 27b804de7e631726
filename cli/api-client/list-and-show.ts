import { EXIT, type ExitCode } from '../base/exit-codes';
import { print } from '../base/output';
import { table } from '../base/table';
import type { ApiClientsAsked } from './commands';
import { openKeyApi } from './open';
import { readClients, type ApiClient, type ClientKey } from './read-clients';

const COLUMNS = ['client', 'users', 'keyId', 'state', 'created', 'due'] as const;

/** Lists clients and their API keys. */
export async function listAndShow({ output, ...asked }: ApiClientsAsked): Promise<ExitCode> {
  const { clients, left } = await readClients(await openKeyApi({ output, ...asked }));
  const rows = [
    ...clients.flatMap((client) =>
      client.keys.length === 0
        ? [rowOf(client, undefined, dueOf(client))]
        : client.keys.map((key, place) => rowOf(client, key, place === 0 ? dueOf(client) : null)),
    ),
    ...left.map((key) => rowOf({ client: key.client, users: {} }, key, 'left: iam-keys api-client cleanup')),
  ];
  await print(output, {
    data: { clients, left },
    columns: COLUMNS,
    records: rows,
    text: () => (rows.length === 0 ? 'keyApi.clients names no client.' : tableOf(rows)),
  });
  return rows.some(({ due }) => due !== null) ? EXIT.due : EXIT.fine;
}

type Row = Record<(typeof COLUMNS)[number], string | null>;

const tableOf = (rows: readonly Row[]): string =>
  table({
    head: ['Client', 'May read', 'API key', 'State', 'Created', 'Due'],
    rows: rows.map(({ client, users, keyId, state, created, due }) => [
      client ?? '',
      users ?? '',
      keyId ?? '–',
      state ?? '–',
      created?.slice(0, 10) ?? '–',
      due ?? '',
    ]),
  });

const rowOf = ({ client, users }: Pick<ApiClient, 'client' | 'users'>, key: ClientKey | undefined, due: string | null): Row => ({
  client,
  users: Object.entries(users)
    .map(([account, names]) => `${account}: ${names.join(', ')}`)
    .join('; '),
  keyId: key?.id ?? null,
  state: key ? (key.isOn ? 'on' : 'off') : null,
  created: key?.created ?? null,
  due,
});

/** What somebody still has to do about a client. */
function dueOf({ client, planId, keys }: ApiClient): string | null {
  if (planId === undefined) return 'not deployed: npx cdk deploy';
  const on = keys.filter(({ isOn }) => isOn).length;
  if (on > 1) return `two keys are on: iam-keys api-client rotate ${client} --finish`;
  if (on === 0) return `no key is on: iam-keys api-client rotate ${client}`;
  return keys.some(({ isOn, isOfStack }) => !isOn && !isOfStack) ? 'a key is off: iam-keys api-client cleanup' : null;
}
