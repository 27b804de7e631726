import { describeStopAnywhere } from './kit/describe-stop-anywhere';
import { scheduledIssues } from './kit/scenarios';

describeStopAnywhere(scheduledIssues, { secretStore: 'central' });
