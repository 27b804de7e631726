import { TEAM } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { everyAnswerAt } from './answers/points';
import { ISSUING_CENTRALLY } from './answers/rotator-points';
import { everySituation } from './answers/situations';

describeTrials([
  {
    title: 'issuing a key into the central store, whatever AWS answers',
    account: TEAM,
    arrange: everySituation,
    settings: { secretStore: 'central' },
    combinations: everyAnswerAt(ISSUING_CENTRALLY),
  },
]);
