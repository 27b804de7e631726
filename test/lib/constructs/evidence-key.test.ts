import { App, Stack } from 'aws-cdk-lib';
import { ServicePrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Template } from 'aws-cdk-lib/assertions';
import { EvidenceKey } from '../../../lib/constructs/evidence-key';

interface Statement {
  Sid: string;
  Action: string | string[];
  Condition?: unknown;
  Principal: unknown;
}

const stack = new Stack(new App(), 'Stack');
const key = new EvidenceKey(stack, 'Evidence');
key.letSign(new Role(stack, 'Reporter', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
const [resource] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key')) as {
  Properties: { KeyPolicy: { Statement: Statement[] } };
}[];
const statements = resource!.Properties.KeyPolicy.Statement;

it('is a key that signs and does nothing else, and outlives the stack', () => {
  Template.fromStack(stack).hasResource('AWS::KMS::Key', {
    DeletionPolicy: 'Retain',
    Properties: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
  });
});

it('lets one role sign, in one way, and nobody else', () => {
  const signing = statements.filter(({ Action }) => [Action].flat().includes('kms:Sign'));
  expect(signing).toMatchObject([
    {
      Sid: 'ReporterSigns',
      Action: 'kms:Sign',
      Condition: { StringEquals: { 'kms:MessageType': 'RAW', 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } },
      Principal: { AWS: { 'Fn::GetAtt': [expect.stringMatching(/^Reporter/), 'Arn'] } },
    },
  ]);
  expect(JSON.stringify(statements)).not.toMatch(/kms:\*|CreateGrant/);
});

it('lets the account give people the public key', () => {
  expect(statements.find(({ Sid }) => Sid === 'AccountVerifies')?.Action).toEqual(['kms:GetPublicKey', 'kms:Verify']);
});
