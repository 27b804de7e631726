import { TEAM } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { refused } from './answers/modelled';
import { everyAnswerAt } from './answers/points';
import { DELETING_SECRETS, REPLICATING, TAGGING } from './answers/rotator-points';
import { laterIssue, REPLICA_REGION, secretSituations } from './answers/situations';

const POINTS = [...DELETING_SECRETS, ...REPLICATING];
const changes = POINTS.filter(({ operation }) => operation.startsWith('secretsmanager:') && !operation.endsWith('DescribeSecret'));

describeTrials([
  {
    title: 'replicating, deleting and restoring secrets, whatever AWS answers',
    account: TEAM,
    arrange: secretSituations,
    settings: { deleteSecretAfter: '30d', replicaRegions: REPLICA_REGION },
    combinations: [
      ...everyAnswerAt(POINTS),
      ...['InvalidRequestException', 'InvalidParameterException', 'ResourceNotFoundException'].flatMap((code) =>
        changes.map((point) => refused(point, code)),
      ),
    ],
  },
  {
    title: 'tagging secrets, whatever AWS answers',
    account: TEAM,
    arrange: laterIssue,
    settings: { tags: '{"CostCenter":"42"}' },
    combinations: [
      ...everyAnswerAt(TAGGING),
      ...['InvalidRequestException', 'InvalidParameterException', 'ResourceNotFoundException'].flatMap((code) =>
        TAGGING.map((point) => refused(point, code)),
      ),
    ],
  },
]);
