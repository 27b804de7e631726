import { confirm } from '../base/ask';
import { EXIT, type ExitCode } from '../base/exit-codes';
import type { Change } from '../base/options';
import type { OneClientAsked } from './commands';
import { openKeyApi } from './open';
import { readClient } from './read-clients';
import { say } from './show-value';
import { switchOff } from './switch-off';

/** Switches every API key of a client off. */
export async function revokeAndShow({ client, yes, dryRun, ...asked }: OneClientAsked & Change): Promise<ExitCode> {
  const api = await openKeyApi(asked);
  const on = (await readClient(api, client)).keys.filter(({ isOn }) => isOn);
  const ids = on.map(({ id }) => id).join(', ');
  if (on.length === 0) {
    say(`No API key of ${client} is on.`);
    return EXIT.fine;
  }
  if (dryRun) {
    say(`${ids} of ${client} would be switched off. Nothing was changed.`);
    return EXIT.fine;
  }
  if (!(await confirm(`Switch ${ids} of ${client} off? It gets no access key from then on.`, { yes }))) return EXIT.bad;
  for (const { id } of on) await switchOff(api, id);
  say(`${ids} of ${client} is off. A token that it has still opens GET /session for five minutes at most.`);
  return EXIT.fine;
}
