import { z } from 'zod';
import type { LambdaFunction, Statement } from '../../kernel/world';
import { accountOf, arn, generatedName, provider, refuseTaken, type Provider, type Target } from '../provider';
import { accepted, integer, tags, text } from '../shapes';

/** Environment variables: 4 KB together, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const environmentLimit = 4096;

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const reserved = new Set([
  ...['_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV', 'AWS_LAMBDA_FUNCTION_NAME'],
  ...['AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_VERSION', 'AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME'],
  ...['AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...['AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR'],
]);

const environment = z.record(z.string(), text).superRefine((variables, check) => {
  const odd = Object.keys(variables).filter((name) => !/^[A-Za-z]\w+$/.test(name));
  if (odd.length > 0) check.addIssue(`must be a letter and at least one more letter, digit or underscore: ${odd.join(', ')}`);
  const taken = Object.keys(variables).filter((name) => reserved.has(name));
  if (taken.length > 0) check.addIssue(`reserved by Lambda: ${taken.join(', ')}`);
  const size = Buffer.byteLength(JSON.stringify(variables));
  if (size > environmentLimit) check.addIssue(`the variables have ${size} bytes, the limit is ${environmentLimit}`);
});

const stateKey = (region: string, name: string): string => `${region}/${name}`;

function functionIn(target: Target, nameOrArn: string): LambdaFunction {
  const name = nameOrArn.split(':')[6] ?? nameOrArn;
  const found = accountOf(target).functions.get(stateKey(target.region, name));
  if (!found) throw new Error(`the function ${nameOrArn} does not exist`);
  return found;
}

/** AWS::Lambda::Function on a Node.js runtime, with a zip asset of the assembly as its code. */
export const lambdaFunction: Provider = provider(
  z.strictObject({
    FunctionName: z
      .string()
      .regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, dashes or underscores')
      .exactOptional(),
    Code: z.strictObject({ S3Bucket: text, S3Key: text }),
    Handler: z.string().regex(/^[\w./-]+\.\w+$/, 'must be file.export'),
    Role: z.string(),
    Runtime: z.string().regex(/^nodejs\d+\.x$/, 'is not a runtime that the sandbox has'),
    Timeout: integer.pipe(z.number().min(1).max(900)).exactOptional(),
    MemorySize: integer.pipe(z.number().min(128).max(10_240)).exactOptional(),
    Environment: z.strictObject({ Variables: environment.exactOptional() }).exactOptional(),
    LoggingConfig: z
      .strictObject({
        LogGroup: text.exactOptional(),
        LogFormat: z.enum(['Text', 'JSON']).exactOptional(),
        ApplicationLogLevel: accepted,
        SystemLogLevel: accepted,
      })
      .exactOptional(),
    Architectures: z.array(z.enum(['arm64', 'x86_64'])).exactOptional(),
    Description: accepted,
    EphemeralStorage: accepted,
    ReservedConcurrentExecutions: accepted,
    RecursiveLoop: accepted,
    TracingConfig: z.strictObject({ Mode: z.enum(['Active', 'PassThrough']) }).exactOptional(),
    VpcConfig: z
      .strictObject({
        SubnetIds: z
          .array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, 'must be a subnet id'))
          .min(1)
          .max(16),
        SecurityGroupIds: z
          .array(z.string().regex(/^sg-[0-9a-f]{8,17}$/, 'must be a security group id'))
          .min(1)
          .max(5),
      })
      .exactOptional(),
    Tags: tags.exactOptional(),
  }),
  {
    // The same asset may lie in another assembly directory by now.
    always: true,
    apply(target, properties, before) {
      const account = accountOf(target);
      const name = properties.FunctionName ?? generatedName(target, 64);
      const key = stateKey(target.region, name);
      refuseTaken(account.functions.has(key), before, name, `function ${name}`);
      const codeDirectory = target.assets.get(properties.Code.S3Key);
      if (codeDirectory === undefined) throw new Error(`Code.S3Key ${properties.Code.S3Key} is not an asset of the assembly`);
      if (![...account.roles.values()].some((role) => role.arn === properties.Role))
        throw new Error(`the role ${properties.Role} does not exist`);
      if (before?.properties['Role'] !== properties.Role) checkTrust(target, properties.Role);
      if (properties.TracingConfig?.Mode === 'Active') checkTracing(target, properties.Role);
      if (properties.VpcConfig) checkNetwork(target, properties.Role, properties.VpcConfig);
      const existing = account.functions.get(key);
      const made: LambdaFunction = {
        name,
        region: target.region,
        arn: arn(target, 'lambda', `function:${name}`),
        role: properties.Role,
        handler: properties.Handler,
        runtime: properties.Runtime,
        timeoutSeconds: properties.Timeout ?? 3,
        memoryMb: properties.MemorySize ?? 128,
        environment: properties.Environment?.Variables ?? {},
        codeDirectory,
        logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
        permissions: existing?.permissions ?? [],
        asyncConfig: existing?.asyncConfig ?? { maxRetries: 2, maxAgeSeconds: 21_600 },
      };
      account.functions.set(key, made);
      return { ref: name, attributes: { Arn: made.arn } };
    },
    remove(target, before) {
      accountOf(target).functions.delete(stateKey(target.region, before.ref));
    },
  },
);

/** Lambda refuses a role that it cannot assume when the function is made, not when it runs. */
function checkTrust({ kernel, account, region }: Target, role: string): void {
  try {
    kernel.assumeRole({ principal: kernel.servicePrincipal('lambda.amazonaws.com', account), region }, role, 'deployment');
  } catch (cause) {
    throw new Error(`The role defined for the function cannot be assumed by Lambda: ${role}`, { cause });
  }
}

/**
 * Lambda sends traces with the function's role, and refuses one that may not:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
 */
function checkTracing({ kernel }: Target, role: string): void {
  const principal = kernel.rolePrincipal(role, 'deployment');
  for (const operation of ['PutTraceSegments', 'PutTelemetryRecords']) {
    const checks = [{ action: `xray:${operation}`, resource: '*' }];
    const { allowed, message } = kernel.perform({ principal, service: 'xray', operation, checks, mutating: false });
    if (!allowed) throw new Error(`The provided execution role does not have permissions to call ${operation} on XRAY: ${message}`);
  }
}

/**
 * In a VPC Lambda makes and removes network interfaces with the function's role:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
function checkNetwork(target: Target, role: string, network: { SubnetIds: string[]; SecurityGroupIds: string[] }): void {
  const principal = target.kernel.rolePrincipal(role, 'deployment');
  const networkInterface = arn(target, 'ec2', 'network-interface/*');
  const inside = [...network.SubnetIds.map((id) => `subnet/${id}`), ...network.SecurityGroupIds.map((id) => `security-group/${id}`)];
  const needed: Record<string, string[]> = {
    DescribeSubnets: ['*'],
    DescribeNetworkInterfaces: ['*'],
    CreateNetworkInterface: [networkInterface, ...inside.map((resource) => arn(target, 'ec2', resource))],
    DeleteNetworkInterface: [networkInterface],
    AssignPrivateIpAddresses: [networkInterface],
    UnassignPrivateIpAddresses: [networkInterface],
  };
  for (const [operation, resources] of Object.entries(needed)) {
    const checks = resources.map((resource) => ({ action: `ec2:${operation}`, resource }));
    const { allowed, message } = target.kernel.perform({ principal, service: 'ec2', operation, checks, mutating: false });
    if (!allowed) throw new Error(`The provided execution role does not have permissions to call ${operation} on EC2: ${message}`);
  }
}

/** AWS::Lambda::Permission: one statement of the function's resource policy. */
export const permission: Provider = provider(
  z.strictObject({
    FunctionName: text,
    Action: z.string(),
    Principal: z.string(),
    SourceArn: z.string().exactOptional(),
    SourceAccount: text.exactOptional(),
    PrincipalOrgID: z.string().exactOptional(),
  }),
  {
    apply(target, properties, before) {
      const fn = functionIn(target, properties.FunctionName);
      const sid = generatedName(target, 100);
      const isService = properties.Principal.includes('.');
      const condition: NonNullable<Statement['Condition']> = {
        ...(properties.SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': properties.SourceArn } }),
        ...(properties.SourceAccount === undefined && properties.PrincipalOrgID === undefined
          ? {}
          : {
              StringEquals: {
                ...(properties.SourceAccount === undefined ? {} : { 'aws:SourceAccount': properties.SourceAccount }),
                ...(properties.PrincipalOrgID === undefined ? {} : { 'aws:PrincipalOrgID': properties.PrincipalOrgID }),
              },
            }),
      };
      if (before) fn.permissions = fn.permissions.filter(({ Sid }) => Sid !== sid);
      fn.permissions.push({
        Sid: sid,
        Effect: 'Allow',
        Principal: isService ? { Service: properties.Principal } : properties.Principal === '*' ? '*' : { AWS: properties.Principal },
        Action: properties.Action,
        Resource: fn.arn,
        ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
      });
      return { ref: sid, attributes: { Id: sid } };
    },
    remove(target, before) {
      const name = String(before.properties['FunctionName']);
      const fn = accountOf(target).functions.get(stateKey(target.region, name.split(':')[6] ?? name));
      if (fn) fn.permissions = fn.permissions.filter(({ Sid }) => Sid !== before.ref);
    },
  },
);

/** AWS::Lambda::EventInvokeConfig with an SQS queue as its destination; refused, as by AWS, while the role may not send to it. */
export const eventInvokeConfig: Provider = provider(
  z.strictObject({
    FunctionName: text,
    Qualifier: z.literal('$LATEST'),
    MaximumRetryAttempts: integer.pipe(z.number().min(0).max(2)).exactOptional(),
    MaximumEventAgeInSeconds: integer.pipe(z.number().min(60).max(21_600)).exactOptional(),
    DestinationConfig: z
      .strictObject({
        OnFailure: z.strictObject({ Destination: z.string().regex(/^arn:[\w-]+:sqs:/, 'must be the ARN of an SQS queue') }).exactOptional(),
      })
      .exactOptional(),
  }),
  {
    apply(target, properties) {
      const fn = functionIn(target, properties.FunctionName);
      const destination = properties.DestinationConfig?.OnFailure?.Destination;
      if (destination !== undefined) {
        const sender = target.kernel.rolePrincipal(fn.role, fn.name);
        const { allowed, message } = target.kernel.authorize(sender, 'sqs:SendMessage', destination);
        if (!allowed)
          throw new Error(`The function's execution role does not have permissions to call SendMessage on ${destination}: ${message}`);
      }
      fn.asyncConfig = {
        maxRetries: properties.MaximumRetryAttempts ?? 2,
        maxAgeSeconds: properties.MaximumEventAgeInSeconds ?? 21_600,
        ...(destination === undefined ? {} : { onFailure: destination }),
      };
      return { ref: `${fn.arn}:$LATEST`, attributes: {} };
    },
    remove(target, before) {
      const fn = accountOf(target).functions.get(stateKey(target.region, String(before.properties['FunctionName'])));
      if (fn) fn.asyncConfig = { maxRetries: 2, maxAgeSeconds: 21_600 };
    },
  },
);
