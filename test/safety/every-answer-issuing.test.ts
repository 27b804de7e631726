import { TEAM } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { everyAnswerAt, sharedOut } from './answers/points';
import { ISSUING, REISSUING } from './answers/rotator-points';
import { ALIKE, severalAlike } from './answers/situations';

describeTrials([
  {
    title: 'issuing a key, whatever AWS answers',
    account: TEAM,
    arrange: severalAlike,
    combinations: everyAnswerAt(sharedOut([...ISSUING, ...REISSUING], ALIKE)),
  },
]);
