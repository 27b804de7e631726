import { Duration, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { UNDELIVERED } from '../../lambda/runs/run-keys';
import { namesOf } from '../settings/names';
import { mailEventsVariables } from '../settings/variables';
import type { FunctionContext } from './function-context';
import { RotationFunction } from './rotation-function';

/** Records the mails about an account that SES accepted and did not deliver, so that the rotator does not count them as told. */
export class MailEvents extends RotationFunction {
  constructor(scope: Construct, id: string, { settings, results, ...props }: FunctionContext) {
    const { mailEvents: name, configurationSet } = namesOf(settings);
    super(scope, id, {
      ...props,
      entry: 'mail-events',
      name,
      description: 'Records mails that were not delivered',
      timeout: Duration.minutes(1),
      memoryMb: 256,
      variables: mailEventsVariables({ resultsBucket: results.bucketName }),
      permissions: [
        {
          sid: 'RecordUndeliveredMails',
          why: 'Records a mail that SES accepted and did not deliver. Who can write here can hold a step back by a day, and bring none forward.',
          actions: ['s3:PutObject'],
          resources: [results.arnForObjects(`${UNDELIVERED}*`)],
          wildcard: 'One object per mail that was not delivered.',
        },
      ],
    });
    const rule = new CfnRule(this, 'Rule', {
      name,
      description: 'Mails of the rotation that SES accepted and did not deliver',
      // Nobody but AWS may use a source that begins with aws.
      eventPattern: {
        source: ['aws.ses'],
        'detail-type': ['Email Bounced', 'Email Rejected', 'Email Rendering Failed'],
        detail: { mail: { tags: { 'ses:configuration-set': [configurationSet], account: [{ exists: true }] } } },
      },
      targets: [{ arn: this.function.functionArn, id: 'MailEvents' }],
    });
    new CfnPermission(this, 'InvokedByRule', {
      functionName: this.function.functionName,
      action: 'lambda:InvokeFunction',
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
      sourceAccount: Stack.of(this).account,
    });
  }
}
