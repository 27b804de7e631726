import { TEAM } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { aloneAndBystander, crowdedAndBystander, FORCING, FORCING_ANSWERS, forcing, MAKING_ROOM } from './answers/forced';
import { everyAnswerAt } from './answers/points';

describeTrials([
  {
    title: 'a forced rotation, whatever AWS answers',
    account: TEAM,
    arrange: aloneAndBystander,
    combinations: [...everyAnswerAt(FORCING, { vanishing: false }), ...FORCING_ANSWERS],
    start: forcing('alone'),
  },
  {
    title: 'a forced rotation for which an inactive key makes room, whatever AWS answers',
    account: TEAM,
    arrange: crowdedAndBystander,
    combinations: everyAnswerAt(MAKING_ROOM, { vanishing: false }),
    start: forcing('crowded'),
  },
]);
