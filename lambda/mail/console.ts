/** Where each partition's console is, below the name of a region. */
const HOSTS: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-eusc': 'console.amazonaws-eusc.eu',
};

const GLOBAL_REGIONS: Readonly<Record<string, string>> = { aws: 'us-east-1', 'aws-us-gov': 'us-gov-west-1', 'aws-cn': 'cn-north-1' };

/** Where CloudTrail keeps calls of global services, IAM among them; undefined for a partition that is not known. */
export const globalRegionOf = (partition: string): string | undefined => GLOBAL_REGIONS[partition];

/** Where AWS runs what is linked to. */
export interface Place {
  partition: string;
  region: string;
}

/**
 * A secret's page in the console; empty for a partition whose console is not known, and for a secret that is named by its ARN: it is in
 * another account than its user, and the console shows no other account's secrets.
 */
export function consoleUrlOf(secretName: string, { partition, region }: Place): string {
  const host = HOSTS[partition];
  if (host === undefined || secretName === '' || secretName.startsWith('arn:')) return '';
  return `https://${region}.${host}/secretsmanager/secret?${new URLSearchParams({ name: secretName, region }).toString()}`;
}

/** An object's page in the console, which asks who looks at it; empty for a partition whose console is not known. */
export function consoleUrlOfObject({ bucket, key }: { bucket: string; key: string }, { partition, region }: Place): string {
  const host = HOSTS[partition];
  if (host === undefined) return '';
  return `https://${region}.${host}/s3/object/${bucket}?${new URLSearchParams({ region, prefix: key }).toString()}`;
}
