import { describeStopAnywhere } from './kit/describe-stop-anywhere';
import { endings } from './kit/scenarios';

describeStopAnywhere(endings);
