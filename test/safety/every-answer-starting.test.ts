import { TEAM } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { orchestrated, STARTING, STARTING_ANSWERS } from './answers/orchestrated';
import { everyAnswerAt } from './answers/points';
import { everySituation } from './answers/situations';

describeTrials([
  {
    title: 'starting a run, whatever AWS answers',
    account: TEAM,
    arrange: everySituation,
    combinations: [...everyAnswerAt(STARTING), ...STARTING_ANSWERS],
    start: orchestrated,
  },
]);
