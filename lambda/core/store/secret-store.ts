import { isDeepStrictEqual } from 'node:util';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetResourcePolicyCommand,
  paginateListSecrets,
  paginateListSecretVersionIds,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  type DescribeSecretCommandOutput,
  type Filter,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { errorFacts, RotationError, SecretUnusableError } from '../../shared/errors';
import { MANAGED_TAG as OURS } from '../../shared/names';
import { secondSecretNameFor, secretNameFor, userOfSecret } from '../../shared/secret-name';
import type { StoredKeys } from '../plan/user-facts';
import { RECOVERY_DAYS } from '../plan/plan-secret';
import { describeSecret } from './describe-secret';
import type { KeyStore, MayReplace, StoredKeyValue, StoredVersion, UserSecret } from './key-store';
import { ensureReplicas, replicasBehind, type WantedReplicas } from './replicas';
import { accountOf, CLOSED, letsRead, policyFor, userWhoReads } from './secret-policy';

/** A version's id names the key it holds: it is set by the same call that stores the key, so the two can never disagree. */
const VERSION_OF_KEY = /^iam-key-rotation-([A-Z0-9]{16,43})$/;
const versionIdOf = (keyId: string): string => `iam-key-rotation-${keyId}`;
const CURRENT = 'AWSCURRENT';
/** On the latest version whose value names the user's second secret: what a value says, only its user can read. */
const NAMES_SECOND = 'KEYROTATIONINTURN';
/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html: a version id has 32 to 64 characters. */
const CHECK = {
  version: 'iam-key-rotation.write-check.version-1',
  stage: 'KEYROTATIONCHECK',
  value: '{"Note":"write check, holds no access key"}',
};

/** How secrets are made. */
export interface SecretOptions {
  /** Roles that are not refused; none when absent. */
  breakGlass?: readonly string[] | undefined;
  /** The role of the key API, and the users whose secrets do not refuse it; no secret spares it when absent. */
  reader?: { arn: string; users: readonly string[] } | undefined;
  /** ARN of the customer managed key; its account holds the secrets. The users' own account does, under its own key, when absent. */
  key?: string;
  /** Alias of the key of new secrets in the users' own account, and of their replicas; the key aws/secretsmanager when absent. */
  memberKey?: string | undefined;
  /** The rotation deletes secrets itself, and restores those that are being deleted for the next key. */
  deletes?: boolean;
  /** Tags of secrets, beside our own; those made before get them with their next key. */
  tags?: Readonly<Record<string, string>> | undefined;
  /** They are the second ones of users whose keys are too many for one. */
  second?: true;
  /** Where secrets shall have replicas; nobody looks at replicas when absent. */
  replicas?: Pick<WantedReplicas, 'regions' | 'sleep'>;
}

/** One account's secrets in one place: one per user, readable by that user. */
export class SecretStore implements KeyStore {
  private readonly arns = new Map<string, string>();
  /** Secrets that hold no key yet, only the write check's note, which nobody is to take for one. */
  private readonly closed = new Set<string>();

  constructor(
    private readonly secretsManager: SecretsManagerClient,
    private readonly account: string,
    private readonly options: SecretOptions = {},
  ) {}

  private fixedName(userName: string): string {
    return this.options.second ? secondSecretNameFor(this.account, userName) : secretNameFor(this.account, userName);
  }

  nameFor(userName: string): string {
    return this.arns.get(userName) ?? this.fixedName(userName);
  }

  /** Which keys the user's secret holds, from the ids of its versions; a secret that is not ours or is being deleted holds none. */
  async storedKeys(userName: string): Promise<StoredKeys> {
    const secret = await this.find(userName);
    if (!secret || !isOurs(secret)) return { versions: new Set() };
    this.keepArn(userName, secret.ARN);
    if (secret.DeletedDate) return { versions: new Set(), deleted: true };
    const versions = new Set<string>();
    let current: string | undefined;
    let namesSecond: StoredKeys['namesSecond'];
    for (const [version, stages] of Object.entries(secret.VersionIdsToStages ?? {})) {
      const keyId = VERSION_OF_KEY.exec(version)?.[1];
      if (keyId === undefined) continue;
      versions.add(keyId);
      if (stages.includes(CURRENT)) current = keyId;
      if (stages.includes(NAMES_SECOND)) namesSecond = stages.includes(CURRENT) ? 'now' : 'before';
    }
    const fetched = lastFetched(secret);
    const behind = replicasBehind(secret.ReplicationStatus);
    return {
      ...(current !== undefined && { current }),
      ...(namesSecond && { namesSecond }),
      versions,
      ...(behind.length > 0 && { behind }),
      ...(fetched && { fetched }),
    };
  }

  async versionsOf(userName: string, keyIds: readonly string[]): Promise<ReadonlyMap<string, StoredVersion>> {
    const found = new Map<string, StoredVersion>();
    const SecretId = this.fixedName(userName);
    for await (const { Versions } of paginateListSecretVersionIds({ client: this.secretsManager }, { SecretId, IncludeDeprecated: true })) {
      if (!Versions) throw new RotationError(`Secrets Manager listed the versions of ${SecretId} without saying which there are`);
      for (const { VersionId = '', CreatedDate: made, LastAccessedDate: fetched } of Versions) {
        const keyId = VERSION_OF_KEY.exec(VersionId)?.[1];
        if (keyId === undefined || !keyIds.includes(keyId)) continue;
        if (!made) throw new RotationError(`Secrets Manager listed the version ${VersionId} of ${SecretId} without its date`);
        found.set(keyId, { made, ...(fetched && { fetched }) });
      }
    }
    return found;
  }

  /**
   * Makes sure that a new key can be stored: the secret exists, is ours, is not being deleted, carries the policy that lets its user read
   * it, was just written to (a version without AWSCURRENT), and has replicas that follow it. Throws before any key exists.
   */
  async prepare(user: { name: string; arn: string }, mayReplace: MayReplace): Promise<void> {
    const name = this.fixedName(user.name);
    const found = await this.find(user.name);
    if (found) this.assertUsable(found, name);
    const { existing, arn } = found ? { existing: found, arn: found.ARN } : await this.create(user.name);
    const current = existing && currentVersionOf(existing);
    const held = VERSION_OF_KEY.exec(current ?? '')?.[1];
    if (held !== undefined) await mayReplace(held);
    if (existing?.DeletedDate) await this.restore(user.name);
    if (existing) await this.tag(existing, name);
    this.keepArn(user.name, arn);
    // Who is led to a second one takes its note for no key: closing it would refuse them in the middle of a rotation.
    const closed = !this.options.second && (current === undefined || current === CHECK.version);
    if (closed) this.closed.add(user.name);
    await this.ensurePolicy(name, closed ? undefined : user.arn, !existing);
    const check = { SecretString: CHECK.value, ClientRequestToken: CHECK.version, VersionStages: [CHECK.stage] };
    try {
      await this.secretsManager.send(new PutSecretValueCommand({ SecretId: name, ...check }));
    } catch (cause) {
      throw this.explained(cause, name, existing ? existing.KmsKeyId : this.options.memberKey);
    }
    await this.replicate(name, existing?.ReplicationStatus);
  }

  async put(value: StoredKeyValue, userArn: string): Promise<void> {
    await this.secretsManager.send(
      new PutSecretValueCommand({
        SecretId: this.fixedName(value.UserName),
        SecretString: JSON.stringify(value),
        ClientRequestToken: versionIdOf(value.AccessKeyId),
        ...(value.AlsoIn !== undefined && { VersionStages: [CURRENT, NAMES_SECOND] }),
      }),
    );
    if (!this.closed.has(value.UserName)) return;
    await this.ensurePolicy(this.fixedName(value.UserName), userArn, true);
    this.closed.delete(value.UserName);
  }

  async giveUp({ name, arn }: { name: string; arn: string }): Promise<void> {
    if (!this.closed.delete(name)) return;
    if ((await this.storedKeys(name)).current !== undefined) await this.letRead(name, arn);
  }

  async letRead(userName: string, userArn: string): Promise<void> {
    await this.ensurePolicy(this.fixedName(userName), userArn, false);
  }

  async letReaderIn(userName: string): Promise<void> {
    const secret = await this.find(userName);
    if (!secret || !isOurs(secret) || secret.DeletedDate) return;
    const name = this.fixedName(userName);
    const { ResourcePolicy } = await this.secretsManager.send(new GetResourcePolicyCommand({ SecretId: name }));
    const userArn = ResourcePolicy === undefined ? undefined : userWhoReads(ResourcePolicy);
    if (userArn !== undefined) await this.ensurePolicy(name, userArn, false);
  }

  async isReadable(userName: string, userArn: string): Promise<boolean> {
    const { ResourcePolicy } = await this.secretsManager.send(new GetResourcePolicyCommand({ SecretId: this.fixedName(userName) }));
    return ResourcePolicy !== undefined && letsRead(ResourcePolicy, userArn);
  }

  async secrets(): Promise<UserSecret[]> {
    const [begins = '', ends = ''] = secretNameFor(this.account, '*').split('*');
    const Filters: Filter[] = [
      { Key: 'name', Values: [begins] },
      { Key: 'tag-key', Values: [OURS.Key] },
    ];
    const found: UserSecret[] = [];
    for await (const { SecretList } of paginateListSecrets({ client: this.secretsManager }, { Filters })) {
      if (!SecretList) throw new RotationError('Secrets Manager answered ListSecrets without the list that was asked for');
      for (const { ARN: arn, Name: name, Tags, DeletedDate, SecretVersionsToStages = {} } of SecretList) {
        if (!arn || !name) throw new RotationError('Secrets Manager listed a secret without name or ARN');
        if (!name.startsWith(begins) || !name.endsWith(ends) || DeletedDate || !isOurs({ Tags })) continue;
        const { user, isSecond } = userOfSecret(name.slice(begins.length, -ends.length));
        found.push({
          arn,
          name,
          user,
          ...(isSecond && { isSecond }),
          keyIds: Object.keys(SecretVersionsToStages).flatMap((id) => VERSION_OF_KEY.exec(id)?.[1] ?? []),
        });
      }
    }
    return found;
  }

  /** Replicas go at once, since AWS deletes no secret that has some. */
  async scheduleDeletion(userName: string): Promise<void> {
    const SecretId = this.fixedName(userName);
    const { ReplicationStatus = [] } = (await this.find(userName)) ?? {};
    const RemoveReplicaRegions = ReplicationStatus.flatMap(({ Region }) => Region ?? []);
    if (RemoveReplicaRegions.length > 0)
      await this.secretsManager.send(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions }));
    await this.secretsManager.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: RECOVERY_DAYS }));
  }

  async restore(userName: string): Promise<void> {
    const SecretId = this.fixedName(userName);
    await this.secretsManager.send(new RestoreSecretCommand({ SecretId }));
    await this.replicate(SecretId);
  }

  /** Users of another account than the secret's need its ARN. */
  private keepArn(userName: string, arn: string | undefined): void {
    if (this.options.key !== undefined && arn !== undefined) this.arns.set(userName, arn);
  }

  private async replicate(name: string, present: readonly unknown[] = []): Promise<void> {
    const { key, memberKey, replicas } = this.options;
    if (!replicas || replicas.regions.length + present.length === 0) return;
    await ensureReplicas(this.secretsManager, name, { ...replicas, key: key ?? memberKey, needsKey: !this.isOwn(key) });
  }

  private async find(userName: string): Promise<DescribeSecretCommandOutput | undefined> {
    try {
      return await describeSecret(this.secretsManager, this.fixedName(userName));
    } catch (error) {
      if (errorFacts(error).error === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  /** Gives the secret as another invocation has just made it; one that is not shown yet may hold a key, so that nothing is done to it. */
  private async create(userName: string): Promise<{ existing?: DescribeSecretCommandOutput; arn: string | undefined }> {
    const Name = this.fixedName(userName);
    const KmsKeyId = this.options.key ?? this.options.memberKey;
    const Tags = [OURS, ...this.tags()];
    const Description = `The current access key of the IAM user ${userName}, kept by iam-key-rotation`;
    try {
      const command = new CreateSecretCommand({ Name, Description, Tags, ...(KmsKeyId !== undefined && { KmsKeyId }) });
      return { arn: (await this.secretsManager.send(command)).ARN };
    } catch (error) {
      if (errorFacts(error).error !== 'ResourceExistsException') throw this.explained(error, Name, this.options.memberKey);
      const existing = await this.find(userName);
      if (!existing)
        throw new SecretUnusableError(
          `the secret ${Name} was made just now, and Secrets Manager does not show it yet; the next run goes on`,
        );
      this.assertUsable(existing, Name);
      return { existing, arn: existing.ARN };
    }
  }

  private tags(): { Key: string; Value: string }[] {
    return Object.entries(this.options.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
  }

  /** Roles may tag what they call ours in the same breath, and nothing else. */
  private async tag({ Tags = [] }: DescribeSecretCommandOutput, name: string): Promise<void> {
    const missing = this.tags().filter((tag) => !Tags.some(({ Key, Value }) => Key === tag.Key && Value === tag.Value));
    if (missing.length > 0) await this.secretsManager.send(new TagResourceCommand({ SecretId: name, Tags: [OURS, ...missing] }));
  }

  private assertUsable(secret: DescribeSecretCommandOutput, name: string): void {
    const { key, deletes } = this.options;
    assertUsable(secret, name, deletes);
    if (key === undefined || key.endsWith(secret.KmsKeyId ?? 'none') || this.isOwn(key)) return;
    throw new SecretUnusableError(
      `the secret ${name} is encrypted with ${secret.KmsKeyId ?? 'the key aws/secretsmanager'}, which account ${this.account} has no right to; change it (aws secretsmanager update-secret --secret-id ${name} --kms-key-id ${key})`,
    );
  }

  /** Users of the account that holds the store can read with any key. */
  private isOwn(key: string | undefined): boolean {
    return key === undefined || accountOf(key) === this.account;
  }

  /**
   * People's own key has to let the member role in; in the account of the rotation, a former central store may have left its key on the
   * secret, which the member role has no right to.
   */
  private explained(cause: unknown, name: string, keyId: string | undefined): unknown {
    const { message } = errorFacts(cause);
    const { key, memberKey } = this.options;
    if (key !== undefined || keyId === undefined || !message.includes('KMS')) return cause;
    if (memberKey !== undefined) {
      const hint =
        keyId === memberKey ? '' : `, or change it (aws secretsmanager update-secret --secret-id ${name} --kms-key-id ${memberKey})`;
      return new SecretUnusableError(
        `the secret ${name} is encrypted with ${keyId} of account ${this.account}, which the rotation may not use (${message}); that key must exist in the secret's region, be enabled, and let the member role use it through Secrets Manager (docs/secrets.md#a-key-of-yours)${hint}`,
        { cause },
      );
    }
    return new SecretUnusableError(
      `the secret ${name} is encrypted with ${keyId}, which the rotation may not use (${message}); change it (aws secretsmanager update-secret --secret-id ${name} --kms-key-id alias/aws/secretsmanager)`,
      { cause },
    );
  }

  /** Whom the secret of this name does not refuse beside its user. */
  private sparedBy(name: string): readonly string[] {
    const { breakGlass = [], reader } = this.options;
    return reader?.users.some((user) => this.fixedName(user) === name) ? [...breakGlass, reader.arn] : breakGlass;
  }

  /** Without a user nobody reads: the secret holds no key yet. `isOther`: the secret is known to have no policy, or another one. */
  private async ensurePolicy(name: string, userArn: string | undefined, isOther: boolean): Promise<void> {
    const wanted = userArn === undefined ? CLOSED : policyFor(userArn, { ...this.options, breakGlass: this.sparedBy(name) });
    if (!isOther) {
      const { ResourcePolicy } = await this.secretsManager.send(new GetResourcePolicyCommand({ SecretId: name }));
      if (ResourcePolicy !== undefined && isDeepStrictEqual(JSON.parse(ResourcePolicy), wanted)) return;
    }
    await this.secretsManager.send(
      new PutResourcePolicyCommand({ SecretId: name, ResourcePolicy: JSON.stringify(wanted), BlockPublicPolicy: true }),
    );
  }
}

const currentVersionOf = ({ VersionIdsToStages = {} }: DescribeSecretCommandOutput): string | undefined =>
  Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes(CURRENT))?.[0];

/** By day, as AWS tells it: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
function lastFetched({ LastAccessedDate, ReplicationStatus = [] }: DescribeSecretCommandOutput): Date | undefined {
  const days = [LastAccessedDate, ...ReplicationStatus.map((replica) => replica.LastAccessedDate)];
  return days.reduce((a, b) => (a && b ? (a > b ? a : b) : (a ?? b)), undefined);
}

const isOurs = (secret: Pick<DescribeSecretCommandOutput, 'Tags'>): boolean =>
  secret.Tags?.some((tag) => tag.Key === OURS.Key && tag.Value === OURS.Value) ?? false;

function assertUsable(secret: DescribeSecretCommandOutput, name: string, restores = false): void {
  if (secret.DeletedDate && !(restores && isOurs(secret))) {
    throw new SecretUnusableError(
      `the secret ${name} is scheduled for deletion since ${secret.DeletedDate.toISOString()}; restore it (aws secretsmanager restore-secret --secret-id ${name}) or wait until it is gone`,
    );
  }
  if (!isOurs(secret)) {
    throw new SecretUnusableError(
      `the secret ${name} was not made by this rotation and is left alone; rename it, or tag it ${OURS.Key}=${OURS.Value} if it may be written to`,
    );
  }
}
