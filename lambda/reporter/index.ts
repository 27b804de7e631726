import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { ChainStore } from '../chain/chain-store';
import { signWith } from '../chain/sign';
import { clientDefaults } from '../shared/clients';
import { reporterEnvironment } from '../shared/environment';
import { parseReporterEvent } from '../shared/events';
import { lambdaHandler } from '../shared/handler';
import { METRICS_NAMESPACE } from '../shared/names';
import { RunStore } from '../runs/run-store';
import type { PageParts } from './page/document';
import { mailSettings, report, type ReporterServices } from './report';

/** The page's script and style, which the bundle holds as text (lib/constructs/bundle.ts). */
declare const PAGE_PARTS: PageParts;

const services = coldStart();

/** Called by AWS: by the schedule with `{}`, or by an operator with `{"runId":"…"}` to report one run again; `report` runs for every event. */
export const handler = lambdaHandler('reporter', services, (event: unknown, { invokedFunctionArn }) => {
  const [, partition = '', , region = ''] = invokedFunctionArn.split(':');
  return report({ ...services, place: { partition, region } }, parseReporterEvent(event), new Date());
});

/** Runs once per cold start. */
function coldStart(): Omit<ReporterServices, 'place'> & { logger: Logger; metrics: Metrics } {
  const environment = reporterEnvironment(process.env);
  const { RESULTS_BUCKET: bucket, EVIDENCE_KEY: key } = environment;
  const s3 = new S3Client(clientDefaults);
  return {
    store: new RunStore(s3, bucket),
    chain: new ChainStore(s3, bucket),
    ...(key !== undefined && { sign: signWith(key) }),
    ses: new SESv2Client(clientDefaults),
    bus: {
      events: new EventBridgeClient(clientDefaults),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    },
    mail: mailSettings(environment),
    page: PAGE_PARTS,
    logger: new Logger({ serviceName: 'reporter' }),
    metrics: new Metrics({ namespace: METRICS_NAMESPACE, serviceName: 'reporter' }),
  };
}
