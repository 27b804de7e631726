import { TEAM } from '../helpers/sandbox-organization';
import { describeTrials } from './answers/describe-trials';
import { IAM_ANSWERS, TIDYING } from './answers/modelled-iam';
import { SECRETS_ANSWERS } from './answers/modelled-secrets';
import { everySituation } from './answers/situations';

describeTrials([
  { title: 'the errors of IAM', account: TEAM, arrange: everySituation, combinations: IAM_ANSWERS },
  { title: 'the errors of Secrets Manager', account: TEAM, arrange: everySituation, combinations: SECRETS_ANSWERS },
  { title: 'tidying up after a refusal, whatever AWS answers', account: TEAM, arrange: everySituation, combinations: TIDYING },
]);
