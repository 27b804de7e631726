import { isDeepStrictEqual } from 'node:util';

/** Of a secret that holds no key yet: nobody is to take the note of the write check for one. */
export const CLOSED: object = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'NobodyReadsYet', Effect: 'Deny', Principal: '*', Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
};

/**
 * Lets one user read the value, needing no policy of their own, and refuses it to every other principal, whatever the account's policies
 * allow: an allowing statement alone would leave it to every principal that may read all secrets. Roles in `breakGlass`, given as ARNs or
 * as names in the account that holds the secret, are neither allowed nor refused, so that their own policies decide.
 */
export function policyFor(
  userArn: string,
  { breakGlass = [], key }: { breakGlass?: readonly string[] | undefined; key?: string } = {},
): object {
  const [, partition = ''] = userArn.split(':');
  const account = accountOf(key ?? userArn);
  const spared = breakGlass.map((role) => (role.startsWith('arn:') ? role : `arn:${partition}:iam::${account}:role/${role}`));
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OnlyThisUserReads',
        Effect: 'Allow',
        Principal: { AWS: userArn },
        Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
        Resource: '*',
      },
      {
        Sid: 'NobodyElseReads',
        Effect: 'Deny',
        Principal: '*',
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
        Condition: {
          // A path may hold what would read as a policy variable.
          StringNotEquals: { 'aws:PrincipalArn': userArn.replaceAll('${', '${$}{') },
          ...(spared.length > 0 && { ArnNotLike: { 'aws:PrincipalArn': spared } }),
        },
      },
    ],
  };
}

/** Whether a secret's policy is ours and lets this user read, whichever roles were spared when it was written. */
export function letsRead(policy: string, userArn: string): boolean {
  const text = JSON.stringify(JSON.parse(policy), (name, value: unknown) => (name === 'ArnNotLike' ? undefined : value));
  return isDeepStrictEqual(JSON.parse(text), policyFor(userArn));
}

/** The ARN of the user whom a secret's policy lets read, if the policy is ours; undefined of any other one, and of a closed secret. */
export function userWhoReads(policy: string): string | undefined {
  const { Statement } = JSON.parse(policy) as { Statement?: { Principal?: { AWS?: unknown } }[] };
  const reader = Array.isArray(Statement) ? Statement[0]?.Principal?.AWS : undefined;
  return typeof reader === 'string' && letsRead(policy, reader) ? reader : undefined;
}

/** The account in an ARN. */
export const accountOf = (arn: string): string => arn.split(':')[4] ?? '';
