import { consoleUrlOf, consoleUrlOfObject } from '../../../lambda/mail/console';

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

it.each([
  ['aws', 'https://eu-west-1.console.aws.amazon.com/s3/object/results?region=eu-west-1&prefix=runs%2Fa+b%2Freport.html'],
  ['aws-cn', 'https://eu-west-1.console.amazonaws.cn/s3/object/results?region=eu-west-1&prefix=runs%2Fa+b%2Freport.html'],
  ['aws-iso', ''],
])('leads to an object in the console of %s', (partition, url) => {
  expect(consoleUrlOfObject({ bucket: 'results', key: 'runs/a b/report.html' }, { partition, region: 'eu-west-1' })).toBe(url);
});
