import * as apigatewaySdk from '@aws-sdk/client-api-gateway';
import * as cloudformationSdk from '@aws-sdk/client-cloudformation';
import * as cloudtrailSdk from '@aws-sdk/client-cloudtrail';
import * as cloudwatchSdk from '@aws-sdk/client-cloudwatch';
import * as logsSdk from '@aws-sdk/client-cloudwatch-logs';
import * as eventsSdk from '@aws-sdk/client-eventbridge';
import * as iamSdk from '@aws-sdk/client-iam';
import * as kmsSdk from '@aws-sdk/client-kms';
import * as lambdaSdk from '@aws-sdk/client-lambda';
import * as organizationsSdk from '@aws-sdk/client-organizations';
import * as s3Sdk from '@aws-sdk/client-s3';
import * as schedulerSdk from '@aws-sdk/client-scheduler';
import * as secretsSdk from '@aws-sdk/client-secrets-manager';
import * as sesSdk from '@aws-sdk/client-sesv2';
import * as snsSdk from '@aws-sdk/client-sns';
import * as stsSdk from '@aws-sdk/client-sts';
import { serviceModel, type Protocol, type ServiceModel } from '../wire/schema';
import { apigateway } from './apigateway/apigateway';
import { cloudformation } from './cloudformation/cloudformation';
import { cloudtrail } from './cloudtrail/cloudtrail';
import { cloudwatch } from './cloudwatch/cloudwatch';
import { events } from './events/events';
import { iam } from './iam/iam';
import { kms } from './kms/kms';
import { lambda } from './lambda/lambda';
import { logs } from './logs/logs';
import { organizations } from './organizations/organizations';
import { s3 } from './s3/s3';
import { scheduler } from './scheduler/scheduler';
import { secretsmanager } from './secretsmanager/secretsmanager';
import type { Handlers } from './service';
import { serviceQuotas } from './service-quotas/service-quotas';
import * as serviceQuotasModel from './service-quotas/model';
import { ses } from './ses/ses';
import { sns } from './sns/sns';
import * as sqsModel from './sqs/model';
import { sqs } from './sqs/sqs';
import { sts } from './sts/sts';

/** A service of the sandbox. */
export interface ServiceDefinition {
  model: ServiceModel;
  handlers: Handlers;
  /** How it refuses what policies do not allow. */
  denied: { code: string; status: number };
  /** Its code for a request that is not well-formed. */
  invalid: string;
}

function define(protocol: Protocol, sdk: Readonly<Record<string, unknown>>, handlers: Handlers): ServiceDefinition {
  const xml = protocol === 'query' || protocol === 'restXml';
  return {
    model: serviceModel(protocol, sdk),
    handlers,
    denied: xml ? { code: 'AccessDenied', status: 403 } : { code: 'AccessDeniedException', status: protocol === 'json' ? 400 : 403 },
    invalid: protocol === 'query' ? 'ValidationError' : protocol === 'restXml' ? 'InvalidArgument' : 'ValidationException',
  };
}

/** The emulated services by signing name. */
export const services: ReadonlyMap<string, ServiceDefinition> = new Map([
  ['iam', define('query', iamSdk, iam)],
  ['sts', define('query', stsSdk, sts)],
  ['organizations', define('json', organizationsSdk, organizations)],
  ['secretsmanager', define('json', secretsSdk, secretsmanager)],
  ['events', define('json', eventsSdk, events)],
  ['sqs', define('json', sqsModel, sqs)],
  ['ses', define('restJson', sesSdk, ses)],
  ['lambda', define('restJson', lambdaSdk, lambda)],
  ['s3', define('restXml', s3Sdk, s3)],
  ['cloudformation', define('query', cloudformationSdk, cloudformation)],
  ['scheduler', define('restJson', schedulerSdk, scheduler)],
  ['sns', define('query', snsSdk, sns)],
  ['kms', define('json', kmsSdk, kms)],
  ['logs', define('json', logsSdk, logs)],
  ['servicequotas', define('json', serviceQuotasModel, serviceQuotas)],
  ['cloudtrail', define('json', cloudtrailSdk, cloudtrail)],
  ['apigateway', define('restJson', apigatewaySdk, apigateway)],
  ['monitoring', define('json', cloudwatchSdk, cloudwatch)],
]);
