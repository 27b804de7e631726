import { provider, type Provider } from '../provider';
import { apiDeployment, apiMethod, apiResource, restApi } from './api-gateway/apis';
import { apiKey, usagePlan, usagePlanKey } from './api-gateway/keys';
import { apiAuthorizer, apiModel, gatewayResponse, requestValidator } from './api-gateway/parts';
import { apiAccount, apiStage, webAclAssociation } from './api-gateway/stages';
import { customResource } from './custom-resource';
import { eventRule } from './events';
import { group, role } from './iam-holders';
import { managedPolicy, policy, rolePolicy } from './iam-policies';
import { alias, key, replicaKey } from './kms';
import { eventInvokeConfig, lambdaFunction, permission } from './lambda';
import { alarm, dashboard, logGroup, subscription, topic, topicPolicy } from './monitoring';
import { bucket, bucketPolicy } from './s3';
import { schedule, scheduleGroup } from './scheduler';
import { configurationSet, eventDestination, mailTemplate } from './ses';
import { queue, queuePolicy } from './sqs';
import { stackSet } from './stack-set';
import { z } from 'zod';

const metadata = provider(z.looseObject({}), { apply: ({ logicalId }) => ({ ref: logicalId, attributes: {} }), remove: () => undefined });

const providers: Readonly<Record<string, Provider>> = {
  'AWS::ApiGateway::Account': apiAccount,
  'AWS::ApiGateway::ApiKey': apiKey,
  'AWS::ApiGateway::Authorizer': apiAuthorizer,
  'AWS::ApiGateway::Deployment': apiDeployment,
  'AWS::ApiGateway::GatewayResponse': gatewayResponse,
  'AWS::ApiGateway::Method': apiMethod,
  'AWS::ApiGateway::Model': apiModel,
  'AWS::ApiGateway::RequestValidator': requestValidator,
  'AWS::ApiGateway::Resource': apiResource,
  'AWS::ApiGateway::RestApi': restApi,
  'AWS::ApiGateway::Stage': apiStage,
  'AWS::ApiGateway::UsagePlan': usagePlan,
  'AWS::ApiGateway::UsagePlanKey': usagePlanKey,
  'AWS::CDK::Metadata': metadata,
  'AWS::CloudFormation::CustomResource': customResource,
  'AWS::CloudFormation::StackSet': stackSet,
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::Dashboard': dashboard,
  'AWS::Events::Rule': eventRule,
  'AWS::IAM::Group': group,
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::Role': role,
  'AWS::IAM::RolePolicy': rolePolicy,
  'AWS::KMS::Alias': alias,
  'AWS::KMS::Key': key,
  'AWS::KMS::ReplicaKey': replicaKey,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Permission': permission,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': bucketPolicy,
  'AWS::SES::ConfigurationSet': configurationSet,
  'AWS::SES::ConfigurationSetEventDestination': eventDestination,
  'AWS::SES::Template': mailTemplate,
  'AWS::SNS::Subscription': subscription,
  'AWS::SNS::Topic': topic,
  'AWS::SNS::TopicPolicy': topicPolicy,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
  'AWS::Scheduler::Schedule': schedule,
  'AWS::Scheduler::ScheduleGroup': scheduleGroup,
  'AWS::WAFv2::WebACLAssociation': webAclAssociation,
};

/** What makes resources of a type; undefined when the sandbox has no such type. */
export const providerOf = (type: string): Provider | undefined => (type.startsWith('Custom::') ? customResource : providers[type]);
