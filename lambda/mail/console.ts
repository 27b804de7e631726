/** Where each partition's console is, below the name of a region. */
const HOSTS: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-eusc': 'console.amazonaws-eusc.eu',
};

/**
 * A secret's page in the console; empty for a partition whose console is not known, and for a secret that is named by its ARN: it is in
 * another account than its user, and the console shows no other account's secrets.
 */
export function consoleUrlOf(secretName: string, { partition, region }: { partition: string; region: string }): string {
  const host = HOSTS[partition];
  if (host === undefined || secretName === '' || secretName.startsWith('arn:')) return '';
  return `https://${region}.${host}/secretsmanager/secret?${new URLSearchParams({ name: secretName, region }).toString()}`;
}
