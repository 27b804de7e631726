import {
  CloudTrailClient,
  LookupEventsCommand,
  type CloudTrailClientConfig,
  type LookupEventsCommandInput,
  type LookupEventsCommandOutput,
} from '@aws-sdk/client-cloudtrail';
import type { Pace } from './pace';

/** CloudTrail's event history in one region. */
export interface Trail {
  /** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
  lookUp: (question: LookupEventsCommandInput) => Promise<LookupEventsCommandOutput>;
}

/** Opens the event history of the region that the configuration names; all calls are watched. */
export function openTrail(configuration: CloudTrailClientConfig, watches: readonly Pick<Pace, 'watch'>[]): Trail {
  const client = new CloudTrailClient(configuration);
  for (const watch of watches) watch.watch(client);
  return { lookUp: (question) => client.send(new LookupEventsCommand(question)) };
}
