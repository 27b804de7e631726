import { describeStopAnywhere } from './kit/describe-stop-anywhere';
import { scheduledIssues, secretEndings } from './kit/scenarios';

// A user beside an exempt one is issued a key like the first.
describeStopAnywhere([...scheduledIssues.slice(0, 2), ...secretEndings], { secretStore: 'central', deleteSecretAfter: '30d' });
