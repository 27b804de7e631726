import { TEAM } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { everyAnswerAt } from './answers/points';
import { ENTERING, READING, SWEEPING } from './answers/rotator-points';
import { everySituation, SWEPT } from './answers/situations';

describeTrials([
  {
    title: 'entering an account and reading its users, whatever AWS answers',
    account: TEAM,
    arrange: everySituation,
    combinations: everyAnswerAt([...ENTERING, ...READING]),
  },
  {
    title: 'reading every user of an account, whatever AWS answers',
    account: SWEPT,
    arrange: everySituation,
    combinations: everyAnswerAt(SWEEPING),
  },
]);
