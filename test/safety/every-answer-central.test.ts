import { TEAM } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { everyAnswerAt, sharedOut } from './answers/points';
import { ISSUING_CENTRALLY } from './answers/rotator-points';
import { ALIKE, severalAlike } from './answers/situations';

describeTrials([
  {
    title: 'issuing a key into the central store, whatever AWS answers',
    account: TEAM,
    arrange: severalAlike,
    settings: { secretStore: 'central' },
    combinations: everyAnswerAt(sharedOut(ISSUING_CENTRALLY, ALIKE)),
  },
]);
