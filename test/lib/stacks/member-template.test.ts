import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { ConfigurationError } from '../../../lambda/shared/errors';
import { memberTemplate, templateBody } from '../../../lib/stacks/member-template';
import { featureFlags, memberProps, synthesizedMember } from '../synth';

const template = synthesizedMember();
const properties = memberProps();

it('asks for the organization and the role to trust, and for nothing else: neither bootstrap nor assets', () => {
  expect(Object.keys(template.toJSON())).toEqual(['Description', 'Parameters', 'Resources']);
  expect(Object.keys(template.findParameters('*')).sort()).toEqual(['OrganizationId', 'RotatorRoleArn']);
  expect(JSON.stringify(template.toJSON())).not.toMatch(/cdk-|S3Bucket|bootstrap/i);
});

it.each([
  ['OrganizationId', 'o-a1b2c3d4e5', true],
  ['OrganizationId', 'a1b2c3d4e5', false],
  ['RotatorRoleArn', 'arn:aws-us-gov:iam::111122223333:role/path/Rotator', true],
  ['RotatorRoleArn', 'arn:aws:iam::111122223333:root', false],
  ['RotatorRoleArn', '*', false],
])('checks the parameter %s: %s → %s', (name, value, accepted) => {
  const parameter = template.findParameters(name)[name] as { AllowedPattern: string };
  expect(new RegExp(parameter.AllowedPattern).test(value)).toBe(accepted);
});

it('makes the role and the exemption group, and nothing else', () => {
  const { Resources } = template.toJSON() as { Resources: Record<string, { Type: string }> };
  expect(Object.values(Resources).map(({ Type }) => Type)).toEqual(['AWS::IAM::Group', 'AWS::IAM::Role']);
  template.hasResourceProperties('AWS::IAM::Group', { GroupName: 'IAMKeyRotationExemptionGroup' });
});

it('is bound to no partition', () => {
  expect(JSON.stringify(template.toJSON())).not.toContain('arn:aws');
});

it('is the same whatever the outer app does with paths and output', () => {
  process.env['CDK_OUTDIR'] = '/nonexistent/cdk.out';
  try {
    const context = { ...featureFlags, 'aws:cdk:enable-path-metadata': true };
    expect(memberTemplate(properties, context)).toEqual(template.toJSON());
  } finally {
    delete process.env['CDK_OUTDIR'];
  }
  expect(existsSync('/nonexistent')).toBe(false);
});

it('leaves nothing behind in the temporary directory', () => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith('member-template-'));
  memberTemplate(properties, featureFlags);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('member-template-'))).toEqual(before);
});

it('refuses a body that CloudFormation would refuse', () => {
  expect(templateBody({ A: 'x'.repeat(51_192) })).toHaveLength(51_200);
  expect(() => templateBody({ A: 'x'.repeat(51_193) })).toThrow(
    new ConfigurationError('the member template has 51201 characters, CloudFormation takes at most 51200'),
  );
});

it('is as reviewed', () => {
  expect(template.toJSON()).toMatchSnapshot();
});
