import { TEAM } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { everyAnswerAt } from './answers/points';
import { CLEANING, RETIRING } from './answers/rotator-points';
import { everySituation } from './answers/situations';

describeTrials([
  {
    title: 'disabling, deleting and removing lost keys, whatever AWS answers',
    account: TEAM,
    arrange: everySituation,
    combinations: everyAnswerAt([...RETIRING, ...CLEANING]),
  },
]);
