import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { explain, ONLY_TLS } from '../../../lib/permissions/explanations';
import { roleWith, type Permission } from '../../../lib/permissions/permissions';
import { holdersOf, type Holder, type TemplateOfPolicies } from '../../../lib/documents/grants';

const lambda = new ServicePrincipal('lambda.amazonaws.com');
const read: Permission = { sid: 'Read', why: 'A test reads.', actions: ['s3:GetObject'], resources: ['arn:aws:s3:::bucket/key'] };

function holders(build: (stack: Stack) => void): Holder[] {
  const stack = new Stack(new App(), 'Stack');
  build(stack);
  return holdersOf(stack, Template.fromStack(stack).toJSON() as TemplateOfPolicies);
}

it('gives a role with its trust and every statement with its reason', () => {
  const found = holders((stack) => {
    roleWith(stack, 'Reader', { assumedBy: lambda, description: 'Reads', entry: 'reporter', permissions: [read] });
  });
  expect(found).toEqual([
    {
      name: 'Reader',
      type: 'AWS::IAM::Role',
      purpose: 'Reads',
      entry: 'reporter',
      trust: [{ principals: ['lambda.amazonaws.com'], conditions: [] }],
      grants: [
        {
          sid: 'Read',
          effect: 'Allow',
          principals: [],
          actions: ['s3:GetObject'],
          resources: ['arn:aws:s3:::bucket/key'],
          conditions: [],
          reason: expect.objectContaining({ why: 'A test reads.' }) as unknown,
        },
        expect.objectContaining({ sid: 'NeverReadSecrets', effect: 'Deny', resources: ['*'] }) as unknown,
      ],
    },
  ]);
});

it('refuses a statement that was added beside the explained ones', () => {
  expect(() =>
    holders((stack) => {
      const role = roleWith(stack, 'Reader', { assumedBy: lambda, description: 'Reads', permissions: [read] });
      role.addToPolicy(new PolicyStatement({ sid: 'More', actions: ['s3:PutObject'], resources: ['arn:aws:s3:::bucket/key'] }));
    }),
  ).toThrow('nobody says why the statement More is there');
});

it('refuses a role that was made without reasons', () => {
  expect(() =>
    holders((stack) => {
      new Role(stack, 'Other', { assumedBy: lambda });
    }),
  ).toThrow('Other: nobody says what this policy is for');
});

it('refuses a wildcard without its reason, but not in what is denied', () => {
  const topic = (effect: Effect) => () =>
    holders((stack) => {
      const made = new Topic(stack, 'Topic');
      explain(made, { purpose: 'Tells', statements: { All: ONLY_TLS } });
      made.addToResourcePolicy(
        new PolicyStatement({ sid: 'All', effect, principals: [lambda], actions: ['sns:Publish'], resources: ['*'] }),
      );
    });
  expect(topic(Effect.ALLOW)).toThrow('TopicPolicy: the statement All does not say why its resource cannot be named exactly');
  expect(topic(Effect.DENY)()).toMatchObject([{ name: 'TopicPolicy', trust: [], grants: [{ effect: 'Deny' }] }]);
});
