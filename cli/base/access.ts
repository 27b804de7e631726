import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { assumeMemberRole } from '../../lambda/shared/assume-role';
import { clientDefaults } from '../../lambda/shared/clients';
import { RotationError } from '../../lambda/shared/errors';
import { mfaCode } from './ask';
import type { Access } from './options';
import { UsageError } from './program';

/** What clients share; what is absent comes from the SDK's standard configuration: environment, profile, `AWS_ENDPOINT_URL`. */
export type ClientSettings = Pick<STSClientConfig, 'region' | 'endpoint' | 'credentials' | 'systemClockOffset' | 'profile'>;

/** Whose credentials they are. */
export interface Identity {
  account: string;
  partition: string;
  arn: string;
}

/** With an explicit profile it is no mistake that there are keys in the environment, too. */
class Quiet {
  readonly debug = (): void => undefined;
  readonly info = (): void => undefined;
  readonly warn = (): void => undefined;
  readonly error = (): void => undefined;
}

/** Who AWS says that somebody with these settings is. */
export async function identityOf(sts: STSClient): Promise<Identity> {
  const { Account: account, Arn: arn } = await sts.send(new GetCallerIdentityCommand({}));
  if (!account || !arn) throw new RotationError('STS did not say whose credentials these are');
  return { account, arn, partition: arn.split(':')[1] ?? 'aws' };
}

/**
 * The settings of clients that work where and as whom the command line says, with every source of credentials that the SDK has; a code of a
 * multi-factor device is asked for. Nothing is asked of AWS but, with `account`, who the caller is; the role itself is taken with the
 * first call.
 */
export async function clientSettings({ profile, region, account, role }: Access): Promise<ClientSettings> {
  if (account !== undefined && role === undefined)
    throw new UsageError('--account needs --role: the name of a role in that account that you may take');
  if (role !== undefined && account === undefined) throw new UsageError('--role needs --account: the account that the role is in');
  // The SDK for JavaScript does not know the second variable, which the AWS CLI reads.
  const where = region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  const settings = {
    ...(where !== undefined && { region: where }),
    ...(profile !== undefined && { profile }),
    credentials: defaultProvider({ mfaCodeProvider: mfaCode, ...(profile !== undefined && { profile, logger: new Quiet() }) }),
  };
  if (account === undefined || role === undefined) return settings;
  const sts = new STSClient({ ...clientDefaults, ...settings });
  const { partition } = await identityOf(sts);
  return { ...settings, credentials: () => assumeMemberRole(sts, { account, partition, role, session: 'iam-keys' }) };
}
