import { TEAM } from '../helpers/sandbox-organization';
import { ASKING, ASKING_ANSWERS, keyInUse } from './answers/asking';
import { describeTrials } from './answers/describe-trials';
import { everyAnswerAt } from './answers/points';

describeTrials([
  {
    title: 'asking who uses a key, whatever AWS answers',
    account: TEAM,
    arrange: keyInUse,
    settings: { usageDetail: 'true' },
    combinations: [...everyAnswerAt(ASKING), ...ASKING_ANSWERS],
  },
]);
