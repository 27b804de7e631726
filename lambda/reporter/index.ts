import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { Context } from 'aws-lambda';
import { clientDefaults } from '../shared/clients';
import { reporterEnvironment } from '../shared/environment';
import { parseReporterEvent } from '../shared/events';
import { report, type ReporterResult, type Services } from './report';
import { RunStore } from '../runs/run-store';

const environment = reporterEnvironment(process.env);
const logger = new Logger({ serviceName: 'reporter' });
const metrics = new Metrics({ namespace: 'IamKeyRotation', serviceName: 'reporter' });
const services: Services = {
  store: new RunStore(new S3Client(clientDefaults), environment.RESULTS_BUCKET),
  ses: new SESv2Client(clientDefaults),
  mail: {
    sender: environment.SENDER,
    ...(environment.REPLY_TO === undefined ? {} : { replyTo: environment.REPLY_TO }),
    configurationSet: environment.CONFIGURATION_SET,
    template: environment.SUMMARY_TEMPLATE,
    admin: environment.ADMIN_EMAIL,
  },
  logger,
  metrics,
};

/** Called by the schedule with `{}`, or by an operator with `{"runId":"…"}` to report one run again. */
export async function handler(event: unknown, context: Context): Promise<ReporterResult> {
  logger.addContext(context);
  try {
    return await report(services, parseReporterEvent(event), new Date());
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
}
