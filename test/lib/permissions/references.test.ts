import { flattenReference } from '../../../lib/permissions/references';

const ARN = { 'Fn::Join': [':', ['arn', { Ref: 'AWS::Partition' }, 's3', '', '', { 'Fn::GetAtt': ['Bucket', 'Arn'] }]] };

it.each([
  ['a text as it is', 'arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket/*'],
  ['a reference', { Ref: 'Topic' }, '<Topic>'],
  ['an attribute', { 'Fn::GetAtt': ['Role', 'Arn'] }, '<Role.Arn>'],
  ['what is joined', ARN, 'arn:<AWS::Partition>:s3:::<Bucket.Arn>'],
  ['what is substituted', { 'Fn::Sub': 'arn:${AWS::Partition}:iam::*:role/r' }, 'arn:<AWS::Partition>:iam::*:role/r'],
  ['nothing as nothing', undefined, ''],
  ['what it does not know as JSON', { 'Fn::Select': [4, { Ref: 'Parts' }] }, '{"Fn::Select":[4,{"Ref":"Parts"}]}'],
])('spells %s as cdk-nag does', (_, value, expected) => {
  expect(flattenReference(value)).toBe(expected);
});
