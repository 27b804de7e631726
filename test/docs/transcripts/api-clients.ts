import { operate } from '../../helpers/operator';
import type { KeyApiOrganization } from '../../helpers/key-api-organization';
import { MANAGEMENT } from '../../helpers/sandbox-organization';
import { callsOf, wordsOf, type MakeScene } from './scene';

/** An operator of a deployed key API; ids of API keys are numbered, and values of them are not shown. */
export const apiClients =
  (api: () => KeyApiOrganization): MakeScene =>
  (policy) => {
    const { sandbox } = api();
    sandbox.clock.set(new Date());
    const people = sandbox.people(MANAGEMENT.id);
    people.addUser({ name: 'operator', policies: { ...(policy && { operator: policy }) } });
    const { id: accessKeyId, secret: secretAccessKey } = people.addAccessKey('operator', { created: sandbox.clock.now() });
    sandbox.calls.length = 0;
    const known = new Map<string, string>();
    return Promise.resolve({
      keys: {},
      calls: () => callsOf(sandbox.calls, 'operator'),
      async run(line: string) {
        const as = { credentials: { accessKeyId, secretAccessKey } };
        const environment = { COLUMNS: '130', AWS_SESSION_TOKEN: undefined };
        const { out, error } = await operate(sandbox, wordsOf(line), { as, environment });
        let shown = `${out}${error}`;
        for (const { id, value } of api().keys.values()) {
          if (!known.has(id)) known.set(id, `apikey${String(known.size / 2 + 1).padStart(4, '0')}`);
          known.set(value, '(the API key)');
        }
        for (const [secret, name] of known) shown = shown.replaceAll(secret, name);
        return shown;
      },
    });
  };
