import { describeStopAnywhere } from './kit/describe-stop-anywhere';
import { forcedIssues } from './kit/scenarios';

describeStopAnywhere(forcedIssues);
