import { TEAM } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { everyAnswerAt } from './answers/points';
import { ISSUING, REISSUING } from './answers/rotator-points';
import { everySituation } from './answers/situations';

describeTrials([
  {
    title: 'issuing a key, whatever AWS answers',
    account: TEAM,
    arrange: everySituation,
    combinations: everyAnswerAt([...ISSUING, ...REISSUING]),
  },
]);
