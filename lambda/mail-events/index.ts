import { Logger } from '@aws-lambda-powertools/logger';
import { S3Client } from '@aws-sdk/client-s3';
import { clientDefaults } from '../shared/clients';
import { mailEventsEnvironment } from '../shared/environment';
import { lambdaHandler } from '../shared/handler';
import { recordUndelivered, type MailEventServices } from './record-undelivered';

const services = coldStart();

/** Called by EventBridge for each mail of ours that SES has accepted and not delivered. */
export const handler = lambdaHandler('mail events', services, (event: unknown) => recordUndelivered(event, services));

/** Runs once per cold start. */
function coldStart(): MailEventServices {
  return {
    s3: new S3Client(clientDefaults),
    bucket: mailEventsEnvironment(process.env).RESULTS_BUCKET,
    logger: new Logger({ serviceName: 'mail-events' }),
  };
}
