import { TEAM } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { everyAnswerAt, sharedOut } from './answers/points';
import { CLEANING, RETIRING } from './answers/rotator-points';
import { ALIKE, severalAlike } from './answers/situations';

describeTrials([
  {
    title: 'disabling, deleting and removing lost keys, whatever AWS answers',
    account: TEAM,
    arrange: severalAlike,
    combinations: everyAnswerAt(sharedOut([...RETIRING, ...CLEANING], ALIKE)),
  },
]);
