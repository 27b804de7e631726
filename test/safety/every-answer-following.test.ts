import { TEAM } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { everyAnswerAt } from './answers/points';
import { FOLLOWING } from './answers/rotator-points';
import { followedSituations } from './answers/situations';

describeTrials([
  {
    title: 'following what people did to users and secrets, whatever AWS answers',
    account: TEAM,
    arrange: followedSituations,
    combinations: everyAnswerAt(FOLLOWING),
  },
]);
