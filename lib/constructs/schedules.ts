import { Duration, Stack } from 'aws-cdk-lib';
import { ServicePrincipal, type Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { roleWith } from '../permissions/permissions';

/** A function that is invoked whenever the expression says so, in UTC. */
export interface Scheduled {
  name: string;
  description: string;
  expression: string;
  target: IFunction;
  /** What it is invoked with; `{}` when absent. */
  input?: object;
}

/** EventBridge schedules with one role that may invoke exactly their functions, on behalf of this account only. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, scheduled: Readonly<Record<string, Scheduled>>) {
    super(scope, id);
    const schedules = Object.entries(scheduled);
    const role = roleWith(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: 'Starts the scheduled functions',
      permissions: [
        {
          sid: 'InvokeScheduledFunctions',
          why: 'Starts the daily run and its report.',
          by: 'EventBridge Scheduler',
          actions: ['lambda:InvokeFunction'],
          resources: [...new Set(schedules.map(([, { target }]) => target))].map(({ functionArn }) => functionArn),
        },
      ],
    });
    for (const [key, one] of schedules) this.schedule(key, one, role);
  }

  private schedule(id: string, { name, description, expression, target, input = {} }: Scheduled, role: Role): void {
    new CfnSchedule(this, id, {
      name,
      description,
      scheduleExpression: expression,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify(input),
        retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: Duration.hours(6).toSeconds() },
      },
    });
  }
}
