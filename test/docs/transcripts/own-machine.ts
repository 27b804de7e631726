import { Machine } from '../../cli/credentials/machine';
import type { KeysSandbox } from '../../helpers/keys-sandbox';
import { MANAGEMENT } from '../../helpers/sandbox-organization';
import { callsOf, wordsOf, type MakeScene } from './scene';

/** The machine of a user whose key the rotation has just replaced. */
export const ownMachine =
  (box: KeysSandbox): MakeScene =>
  async () => {
    const { sandbox } = box;
    const [key] = box.user('web', [{ days: 95, usedDaysAgo: 0 }]);
    const machine = new Machine(sandbox);
    machine.paste('web', key!);
    await box.keys(['create', 'web', '--to', 'secret', '--yes']);
    // A key of this moment does not count as known everywhere.
    sandbox.clock.advance(120_000);
    return {
      keys: { web: key!.id },
      calls: () => callsOf(sandbox.calls, 'web'),
      async run(line) {
        const { out, error } = await machine.keys(...wordsOf(line));
        const shown = `${out}${error}`;
        for (const { secret } of sandbox.people(MANAGEMENT.id).user('web').keys) expect(shown).not.toContain(secret);
        return shown.replaceAll(/"\S+node" "\S+iam-keys\.js"/g, 'iam-keys').replaceAll(machine.home, '~');
      },
      end: () => machine.leave(),
    };
  };
