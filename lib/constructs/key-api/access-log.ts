import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat, CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { roleWith } from '../../permissions/permissions';
import { retentionOf } from '../retention';

/** Where and how long requests are logged. */
export interface AccessLogProps {
  name: string;
  retentionDays: number;
  /** Whether to make the role that API Gateway writes logs with, of which an account has one in each region. */
  makesRole: boolean;
}

const WHAT = {
  time: '$context.requestTime',
  requestId: '$context.requestId',
  sourceIp: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  // Of the definition, without what the caller wrote: no query, and no path that is not there.
  route: '$context.resourcePath',
  status: '$context.status',
  refused: '$context.error.responseType',
  client: '$context.authorizer.client',
  apiKeyId: '$context.identity.apiKeyId',
  latencyMs: '$context.responseLatency',
};

/** One line for each request that says who asked which route with which outcome: no header, no query and no body. */
export const ACCESS_LOG_FORMAT = AccessLogFormat.custom(JSON.stringify(WHAT));

/** The access log of the key API. */
export class AccessLog extends Construct {
  readonly group: LogGroup;
  /** What must be there before the API can write its log; absent when it is somebody else's. */
  readonly account: CfnAccount | undefined;

  constructor(scope: Construct, id: string, { name, retentionDays, makesRole }: AccessLogProps) {
    super(scope, id);
    this.group = new LogGroup(this, 'Group', {
      logGroupName: `/aws/apigateway/${name}`,
      retention: retentionOf(retentionDays),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.account = makesRole ? this.makeAccount() : undefined;
  }

  /** It stays when the stack goes, because other APIs of the account may have come to need it. */
  private makeAccount(): CfnAccount {
    const role = roleWith(this, 'Role', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      description: 'Writes the logs of API Gateway in this account and region',
      permissions: [
        {
          sid: 'WriteLogsOfApiGateway',
          why: 'What API Gateway asks of the one role that it writes the logs of all APIs with, in this account and region.',
          by: 'API Gateway',
          actions: [
            ...['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams'],
            ...['logs:PutLogEvents', 'logs:GetLogEvents', 'logs:FilterLogEvents'],
          ],
          resources: [Stack.of(this).formatArn({ service: 'logs', resource: '*' })],
          wildcard: 'One role serves every API of the account, and API Gateway refuses one that may do less.',
        },
        {
          sid: 'FindLogsOfApiGateway',
          why: 'Belongs to what API Gateway asks of that role.',
          by: 'API Gateway',
          actions: ['logs:DescribeLogGroups'],
          resources: ['*'],
          wildcard: 'This action knows no resource.',
        },
      ],
    });
    role.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const account = new CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn });
    account.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return account;
  }
}
