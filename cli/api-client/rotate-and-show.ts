import { CreateApiKeyCommand, CreateUsagePlanKeyCommand, DeleteApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { RotationError } from '../../lambda/shared/errors';
import { confirm } from '../base/ask';
import { EXIT, type ExitCode } from '../base/exit-codes';
import type { RotateClientAsked } from './commands';
import { openKeyApi, type KeyApi } from './open';
import { readClient, type ClientKey } from './read-clients';
import { say, showValue } from './show-value';
import { switchOff } from './switch-off';

/** Makes a second API key of a client, or switches the older one off. */
export async function rotateAndShow({ client, finish, yes, dryRun, output, ...asked }: RotateClientAsked): Promise<ExitCode> {
  const api = await openKeyApi({ output, ...asked });
  const { keys, planId } = await readClient(api, client);
  const on = keys.filter(({ isOn }) => isOn);
  if (finish) return finishRotation(api, client, on, { yes, dryRun });
  const [newest, older] = on;
  if (newest && older)
    throw new RotationError(
      `${client} has two keys that are on, ${newest.id} and ${older.id}: finish that rotation first (iam-keys api-client rotate ${client} --finish)`,
    );
  const beside = newest ? ` beside ${newest.id}, which stays on` : '';
  if (dryRun) {
    say(`A new API key of ${client} would be made${beside}. Nothing was changed.`);
    return EXIT.fine;
  }
  const where = process.stdout.isTTY ? ', and show it on this terminal' : '';
  if (!(await confirm(`Make a new API key of ${client}${beside}${where}?`, { yes }))) return EXIT.bad;
  const id = await makeKey(api, client, planId);
  await showValue(api, client, id, output);
  say(
    newest
      ? `${client} has a new API key, ${id}; ${newest.id} works beside it until you say: iam-keys api-client rotate ${client} --finish`
      : `${client} has a new API key, ${id}, and no other that is on.`,
  );
  return EXIT.fine;
}

async function finishRotation(
  api: KeyApi,
  client: string,
  on: readonly ClientKey[],
  { yes, dryRun }: { yes: boolean; dryRun: boolean },
): Promise<ExitCode> {
  const [newest, ...older] = on;
  const ids = older.map(({ id }) => id).join(', ');
  if (!newest || older.length === 0) {
    say(`There is no rotation of ${client} to finish: ${newest ? `${newest.id} is its only key that is on` : 'no key of it is on'}.`);
    return EXIT.fine;
  }
  if (dryRun) {
    say(`${ids} of ${client} would be switched off; ${newest.id} stays on. Nothing was changed.`);
    return EXIT.fine;
  }
  if (!(await confirm(`Switch ${ids} of ${client} off? ${newest.id} stays on.`, { yes }))) return EXIT.bad;
  for (const { id } of older) await switchOff(api, id);
  say(`${ids} of ${client} is off; ${newest.id} is on.`);
  return EXIT.fine;
}

/** A key in the client's plan, or none: one that does not get into the plan is deleted again. */
async function makeKey({ gateway, planPrefix }: KeyApi, client: string, planId: string): Promise<string> {
  const name = `${planPrefix}${client}`;
  const description = `The client ${client} of the key API, made by iam-keys`;
  const { id } = await gateway.send(new CreateApiKeyCommand({ name, description, enabled: true }));
  if (id === undefined)
    throw new RotationError('API Gateway made an API key and did not say which: iam-keys api-client cleanup removes it');
  try {
    await gateway.send(new CreateUsagePlanKeyCommand({ usagePlanId: planId, keyId: id, keyType: 'API_KEY' }));
  } catch (cause) {
    await gateway.send(new DeleteApiKeyCommand({ apiKey: id })).catch(() => {
      throw new RotationError(`the new API key ${id} could not be given to ${client}, and not be deleted: iam-keys api-client cleanup`, {
        cause,
      });
    });
    throw cause;
  }
  return id;
}
