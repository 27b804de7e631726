import { consoleUrlOf } from '../../../lambda/mail/console';

it.each([
  ['aws', 'eu-west-1', 'https://eu-west-1.console.aws.amazon.com/secretsmanager/secret?name=Account_1_User_a_AccessKey&region=eu-west-1'],
  [
    'aws-cn',
    'cn-north-1',
    'https://cn-north-1.console.amazonaws.cn/secretsmanager/secret?name=Account_1_User_a_AccessKey&region=cn-north-1',
  ],
  [
    'aws-us-gov',
    'us-gov-west-1',
    'https://us-gov-west-1.console.amazonaws-us-gov.com/secretsmanager/secret?name=Account_1_User_a_AccessKey&region=us-gov-west-1',
  ],
  ['aws-iso', 'us-iso-east-1', ''],
])('leads to the secret in the console of %s', (partition, region, url) => {
  expect(consoleUrlOf('Account_1_User_a_AccessKey', { partition, region })).toBe(url);
});

it('names a secret by its name, whatever is in it', () => {
  const url = consoleUrlOf('Account_1_User_a/2Cb+c@d_AccessKey', { partition: 'aws', region: 'r' });
  expect(new URL(url).searchParams.get('name')).toBe('Account_1_User_a/2Cb+c@d_AccessKey');
});

it.each(['', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:x-AbCdEf'])('leads nowhere for "%s"', (name) => {
  expect(consoleUrlOf(name, { partition: 'aws', region: 'eu-west-1' })).toBe('');
});
