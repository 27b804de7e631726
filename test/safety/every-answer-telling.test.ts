import { memoryOf, writeMemory } from '../helpers/sandbox-memory';
import { TEAM, type Account } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { TELLING_ANSWERS } from './answers/modelled-telling';
import { everyAnswerAt } from './answers/points';
import { BOUNCED, FIND_UNDELIVERED, TELLING } from './answers/rotator-points';
import { everySituation } from './answers/situations';
import type { Kit } from './kit/kit';

/** Every situation, somebody whose mails bounced, of whom a run asks whether they still do, and a mail of which it asks whether it arrived. */
async function afterABounce(kit: Kit, account: Account): Promise<void> {
  await everySituation(kit, account);
  const since = kit.sandbox.clock.now().toISOString();
  const memory = {
    ...memoryOf(kit.org, account),
    undeliverable: { [BOUNCED]: { reason: 'BOUNCE', since } },
    mails: { m1: { to: BOUNCED, at: since } },
  };
  writeMemory(kit.org, account, JSON.stringify(memory));
}

describeTrials([
  {
    title: 'mails, events and the stored result, whatever AWS answers',
    account: TEAM,
    arrange: afterABounce,
    combinations: [...everyAnswerAt([FIND_UNDELIVERED, ...TELLING]), ...TELLING_ANSWERS],
  },
]);
