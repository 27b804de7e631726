import { App, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { addChecks } from '../../../lib/stacks/checks';
import { roleWith } from '../../../lib/permissions/permissions';
import { appOf, centralStack } from '../synth';

it.each([
  ['the defaults', {}],
  ['everything set', { dryRun: false, alarmEmail: 'ops@acme.test', replyTo: 'help@acme.test', senderName: 'Keys', prefix: 'acme-keys' }],
])('the central stack with %s breaks no rule without a reason', (_, settings) => {
  const app = appOf({ sender: 'key-rotation@acme.test', ...settings });
  addChecks(app);
  centralStack(app);
  expect(() => app.synth()).not.toThrow();
});

describe('a permission on a resource with a wildcard', () => {
  function synthesize(wildcard: { wildcard?: string }): void {
    const app = new App();
    addChecks(app);
    roleWith(new Stack(app, 'Stack'), 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Test',
      permissions: [{ sid: 'ReadAll', why: 'A test.', actions: ['s3:GetObject'], resources: ['*'], ...wildcard }],
    });
    app.synth();
  }

  it('stops the synthesis when it has no reason', () => {
    expect(() => {
      synthesize({});
    }).toThrow('AwsSolutions-IAM5[Resource::*]');
  });

  it('passes with its reason', () => {
    expect(() => {
      synthesize({ wildcard: 'A test.' });
    }).not.toThrow();
  });
});
