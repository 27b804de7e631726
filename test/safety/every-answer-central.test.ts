import { TEAM } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { everyAnswerAt, sharedOut } from './answers/points';
import { ISSUING_CENTRALLY } from './answers/rotator-points';
import { ALIKE, keepInMemberStore, severalAlike } from './answers/situations';

describeTrials([
  {
    title: 'issuing a key into the central store, whatever AWS answers',
    account: TEAM,
    arrange: async (kit, account) => {
      await severalAlike(kit, account);
      keepInMemberStore(kit, account, 'superseded');
    },
    settings: { secretStore: 'central' },
    combinations: everyAnswerAt(sharedOut(ISSUING_CENTRALLY, ALIKE)),
  },
]);
