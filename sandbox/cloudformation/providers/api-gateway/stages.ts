import { z } from 'zod';
import type { Allowance, Throttle } from '../../../kernel/rest-apis';
import { provider, type Provider } from '../../provider';
import { accepted, flag, integer, tags, text } from '../../shapes';
import { apiBefore, apiOf, gatewayOf } from './lookup';

const rate = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d+(\.\d+)?$/)
      .transform(Number),
  ])
  .pipe(z.number().min(0));

/** AWS::ApiGateway::Stage without a cache. */
export const apiStage: Provider = provider(
  z.strictObject({
    RestApiId: z.string(),
    StageName: z.string().regex(/^[\w-]{1,128}$/, 'must be 1 to 128 letters, digits, dashes or underscores'),
    DeploymentId: z.string(),
    Description: accepted,
    AccessLogSetting: z.strictObject({ DestinationArn: z.string(), Format: z.string() }).exactOptional(),
    MethodSettings: z
      .array(
        z.strictObject({
          HttpMethod: z.string(),
          ResourcePath: z.string(),
          ThrottlingBurstLimit: integer.pipe(z.number().min(0)).exactOptional(),
          ThrottlingRateLimit: rate.exactOptional(),
          CachingEnabled: flag.pipe(z.literal(false)).exactOptional(),
          DataTraceEnabled: flag.exactOptional(),
          LoggingLevel: z.enum(['OFF', 'ERROR', 'INFO']).exactOptional(),
          MetricsEnabled: accepted,
        }),
      )
      .exactOptional(),
    TracingEnabled: accepted,
    Variables: z.record(z.string(), text).exactOptional(),
    Tags: tags.exactOptional(),
  }),
  {
    apply(target, { RestApiId, StageName, DeploymentId, AccessLogSetting, MethodSettings = [], Variables = {} }, before) {
      const { deployments, stages } = apiOf(target, RestApiId);
      if (!deployments.has(DeploymentId)) throw new Error('Deployment id does not exist');
      if (stages.has(StageName) && before?.ref !== StageName) throw new Error('Stage already exists');
      const logs = AccessLogSetting !== undefined || MethodSettings.some(({ LoggingLevel = 'OFF' }) => LoggingLevel !== 'OFF');
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
      if (logs && gatewayOf(target).logRole === undefined)
        throw new Error('CloudWatch Logs role ARN must be set in account settings to enable logging');
      stages.set(StageName, {
        name: StageName,
        deploymentId: DeploymentId,
        variables: Variables,
        throttles: new Map(MethodSettings.flatMap((setting) => throttleOf(setting))),
        allowances: stages.get(StageName)?.allowances ?? new Map<string, Allowance>(),
        authorized: new Map(),
        ...(AccessLogSetting && { accessLog: { group: groupOf(AccessLogSetting.DestinationArn), format: AccessLogSetting.Format } }),
      });
      return { ref: StageName, attributes: {} };
    },
    remove(target, before) {
      const plan = [...gatewayOf(target).plans.values()].find(({ stages }) =>
        stages.some(({ api, stage }) => api === before.properties['RestApiId'] && stage === before.ref),
      );
      if (plan) throw new Error(`the stage ${before.ref} is in the usage plan ${plan.id}`);
      apiBefore(target, before)?.stages.delete(before.ref);
    },
  },
);

/** Slashes in the path are written as `~1`: https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html */
function throttleOf(setting: {
  HttpMethod: string;
  ResourcePath: string;
  ThrottlingRateLimit?: number;
  ThrottlingBurstLimit?: number;
}): [string, Throttle][] {
  const { HttpMethod, ResourcePath, ThrottlingRateLimit, ThrottlingBurstLimit } = setting;
  if (ThrottlingRateLimit === undefined || ThrottlingBurstLimit === undefined) return [];
  const path = ResourcePath === '/*' ? '/*' : ResourcePath.replace(/^\/(?=~1)/, '').replaceAll('~1', '/');
  return [[`${path}/${HttpMethod}`, { rate: ThrottlingRateLimit, burst: ThrottlingBurstLimit }]];
}

function groupOf(destination: string): string {
  const [, name] = /^arn:[\w-]+:logs:[^:]+:\d{12}:log-group:([^:]+)(?::\*)?$/.exec(destination) ?? [];
  if (name === undefined) throw new Error(`AccessLogSetting.DestinationArn: ${destination} is no log group`);
  return name;
}

/** AWS::ApiGateway::Account: the role that writes logs, refused while API Gateway cannot take it. */
export const apiAccount: Provider = provider(z.strictObject({ CloudWatchRoleArn: z.string().exactOptional() }), {
  apply(target, { CloudWatchRoleArn }) {
    const { kernel, account, region } = target;
    const gateway = gatewayOf(target);
    if (CloudWatchRoleArn === undefined) delete gateway.logRole;
    else {
      try {
        kernel.assumeRole({ principal: kernel.servicePrincipal('apigateway.amazonaws.com', account), region }, CloudWatchRoleArn, 'logs');
      } catch (cause) {
        throw new Error(`The role ARN ${CloudWatchRoleArn} does not have required permissions set to API Gateway`, { cause });
      }
      gateway.logRole = CloudWatchRoleArn;
    }
    return { ref: target.logicalId, attributes: { Id: target.logicalId } };
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html: the setting stays.
  remove: () => undefined,
});

/** AWS::WAFv2::WebACLAssociation with a stage; what the web ACL would filter is not emulated. */
export const webAclAssociation: Provider = provider(
  z.strictObject({
    ResourceArn: z.string(),
    WebACLArn: z.string().regex(/^arn:[\w-]+:wafv2:.+\/webacl\//, 'must be the ARN of a web ACL'),
  }),
  {
    apply(target, { ResourceArn, WebACLArn }) {
      const [, api = '', stage = ''] = /::\/restapis\/([^/]+)\/stages\/([^/]+)$/.exec(ResourceArn) ?? [];
      if (!gatewayOf(target).apis.get(api)?.stages.has(stage)) throw new Error(`${ResourceArn} is no stage of a REST API`);
      return { ref: `${ResourceArn}|${WebACLArn}`, attributes: {} };
    },
    remove: () => undefined,
  },
);
