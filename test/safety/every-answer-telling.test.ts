import { TEAM } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { TELLING_ANSWERS } from './answers/modelled-telling';
import { everyAnswerAt } from './answers/points';
import { TELLING } from './answers/rotator-points';
import { everySituation } from './answers/situations';

describeTrials([
  {
    title: 'mails, events and the stored result, whatever AWS answers',
    account: TEAM,
    arrange: everySituation,
    combinations: [...everyAnswerAt(TELLING), ...TELLING_ANSWERS],
  },
]);
