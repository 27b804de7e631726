import { TEAM } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { refused } from './answers/modelled';
import { everyAnswerAt } from './answers/points';
import { DELETING_SECRETS } from './answers/rotator-points';
import { secretSituations } from './answers/situations';

const changes = DELETING_SECRETS.filter(({ operation }) => /Secret$/.test(operation) && !operation.endsWith('DescribeSecret'));

describeTrials([
  {
    title: 'deleting and restoring secrets, whatever AWS answers',
    account: TEAM,
    arrange: secretSituations,
    settings: { deleteSecretAfter: '30d' },
    combinations: [
      ...everyAnswerAt(DELETING_SECRETS),
      ...['InvalidRequestException', 'InvalidParameterException', 'ResourceNotFoundException'].flatMap((code) =>
        changes.map((point) => refused(point, code)),
      ),
    ],
  },
]);
