import type { Credentials } from './contracts';
import type { Kernel } from './kernel';

const roleName = 'Administrator';

/** The role that an account's operators act as. */
export const administratorArn = (partition: string, account: string): string => `arn:${partition}:iam::${account}:role/${roleName}`;

/** One role per account that operators act as; it is a role so that it appears neither among IAM users nor in credential reports. */
export class Administrators {
  private readonly issued = new Map<string, Credentials>();

  constructor(private readonly kernel: Kernel) {}

  /** The role's ARN; the role is made when the account has none. */
  ensure(account: string): string {
    const { roles } = this.kernel.account(account);
    const arn = administratorArn(this.kernel.world.partition, account);
    if (roles.has(roleName)) return arn;
    roles.set(roleName, {
      name: roleName,
      path: '/',
      id: `AROAADMINISTRATOR${account.slice(-4)}`,
      arn,
      trust: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: `arn:${this.kernel.world.partition}:iam::${this.kernel.world.managementAccount}:root` },
          Action: 'sts:AssumeRole',
        },
      },
      inlinePolicies: new Map([
        ['AdministratorAccess', { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }],
      ]),
      attachedPolicies: new Set(),
      maxSessionSeconds: 3600,
      tags: new Map(),
    });
    return arn;
  }

  /** Credentials of the account's administrator; they never expire and stay valid when the world is restored. */
  credentials(account: string): Credentials {
    const arn = this.ensure(account);
    const credentials = this.issued.get(account) ?? this.kernel.functionCredentials(arn, 'operator', 'operator');
    if (!this.issued.has(account)) this.kernel.relabel(credentials.accessKeyId, undefined);
    this.issued.set(account, credentials);
    return credentials;
  }
}
