import { RotationError } from '../../lambda/shared/errors';
import { EXIT, type ExitCode } from '../base/exit-codes';
import type { ShowAsked } from './commands';
import { openKeyApi } from './open';
import { readClient } from './read-clients';
import { mayShow, showValue } from './show-value';

/** Writes the API key of a client. */
export async function showAndShow({ client, yes, output, ...asked }: ShowAsked): Promise<ExitCode> {
  const api = await openKeyApi({ output, ...asked });
  const { keys } = await readClient(api, client);
  const key = keys.find(({ isOn }) => isOn);
  if (!key) throw new RotationError(`no API key of ${client} is on; iam-keys api-client rotate ${client} makes one`);
  if (!(await mayShow(`Show the API key of ${client} on this terminal?`, { yes }))) return EXIT.bad;
  await showValue(api, client, key.id, output);
  return EXIT.fine;
}
