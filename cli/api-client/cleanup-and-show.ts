import { DeleteApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { confirm } from '../base/ask';
import { EXIT, type ExitCode } from '../base/exit-codes';
import type { Change } from '../base/options';
import { print } from '../base/output';
import { table } from '../base/table';
import type { ApiClientsAsked } from './commands';
import { openKeyApi } from './open';
import { readClients, type ApiClients } from './read-clients';

const COLUMNS = ['client', 'keyId', 'why', 'outcome'] as const;

interface Unneeded {
  client: string;
  keyId: string;
  why: string;
}

/** Deletes the keys that `rotate` made and nobody needs. */
export async function cleanupAndShow({ yes, dryRun, output, ...asked }: ApiClientsAsked & Change): Promise<ExitCode> {
  const api = await openKeyApi({ output, ...asked });
  const found = unneeded(await readClients(api), Object.keys(api.grants));
  const isSure =
    found.length > 0 && !dryRun && (await confirm(`Delete ${found.map(({ keyId }) => keyId).join(', ')}? This cannot be undone.`, { yes }));
  if (isSure) for (const { keyId } of found) await api.gateway.send(new DeleteApiKeyCommand({ apiKey: keyId }));
  const outcome = isSure ? 'deleted' : dryRun ? 'would be deleted' : 'kept';
  const records = found.map((key) => ({ ...key, outcome }));
  await print(output, {
    data: { keys: records },
    columns: COLUMNS,
    records,
    text: () =>
      records.length === 0
        ? 'There is nothing to clean up.'
        : table({ head: ['Client', 'API key', 'Why', 'Outcome'], rows: records.map((one) => COLUMNS.map((column) => one[column])) }),
  });
  return found.length > 0 && !isSure && !dryRun ? EXIT.bad : EXIT.fine;
}

function unneeded({ clients, left }: ApiClients, known: readonly string[]): Unneeded[] {
  return [
    ...left.map(({ client, id }) => ({
      client,
      keyId: id,
      why: known.includes(client) ? 'in no usage plan' : 'the client is gone',
    })),
    ...clients.flatMap(({ client, keys }) =>
      keys.flatMap(({ id, isOn, isOfStack }) => (isOn || isOfStack ? [] : [{ client, keyId: id, why: 'off' }])),
    ),
  ];
}
