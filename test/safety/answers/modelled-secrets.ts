import type { Secret } from '../../../sandbox/kernel/world';
import type { Account } from '../../helpers/sandbox-organization';
import type { Kit } from '../kit/kit';
import type { Combination } from './combination';
import { meanwhile, refused } from './modelled';
import type { Point } from './points';
import { secretName } from './situations';

const keyOf = ({ sandbox }: Kit, account: Account, user: string): string => `${sandbox.kernel.region}/${secretName(account, user)}`;
const secretsOf = ({ sandbox }: Kit, { id }: Account): Map<string, Secret> => sandbox.kernel.account(id).secrets;

/** A person schedules the secret's deletion, for a week from now. */
const schedule =
  (user: string) =>
  (kit: Kit, account: Account): void => {
    const now = kit.sandbox.clock.now();
    const secret = secretsOf(kit, account).get(keyOf(kit, account, user));
    if (secret) Object.assign(secret, { deleted: now, purge: new Date(now.getTime() + 7 * 86_400_000) });
  };
const restore =
  (user: string) =>
  (kit: Kit, account: Account): void => {
    const secret = secretsOf(kit, account).get(keyOf(kit, account, user));
    delete secret?.deleted;
    delete secret?.purge;
  };
const remove =
  (user: string) =>
  (kit: Kit, account: Account): void => {
    secretsOf(kit, account).delete(keyOf(kit, account, user));
  };
/** A secret of the name that the product would give it appears. */
const appear =
  (user: string, more: Partial<Secret>) =>
  (kit: Kit, account: Account): void => {
    const { region } = kit.sandbox.kernel;
    const now = kit.sandbox.clock.now();
    const name = secretName(account, user);
    const arn = `arn:aws:secretsmanager:${region}:${account.id}:secret:${name}-XyZabc`;
    const secret: Secret = { name, region, arn, created: now, changed: now, tags: new Map(), versions: new Map(), ...more };
    secretsOf(kit, account).set(keyOf(kit, account, user), secret);
  };
const OURS = new Map([['key-rotation:managed', 'true']]);

const CREATE: Point = { operation: 'secretsmanager:CreateSecret', victim: 'first-issue' };
const DESCRIBE: Point = { operation: 'secretsmanager:DescribeSecret', victim: 'later-issue' };
const CHECK: Point = {
  operation: 'secretsmanager:PutSecretValue',
  victim: 'later-issue',
  nth: 1,
  about: 'to check that the secret can be written',
};
const STORE: Point = { operation: 'secretsmanager:PutSecretValue', victim: 'later-issue', nth: 2, about: 'to store the new key' };
const POLICY: Point = { operation: 'secretsmanager:PutResourcePolicy', victim: 'first-issue' };
const READ_POLICY: Point = { operation: 'secretsmanager:GetResourcePolicy', victim: 'later-issue' };

const scheduled = (point: Point): Combination =>
  meanwhile(
    point,
    'whose secret a person has just scheduled for deletion',
    schedule('later-issue'),
    /scheduled for deletion|InvalidRequest/,
    {
      repair: restore('later-issue'),
    },
  );
/** The next run makes a new secret, as for a first issue. */
const gone = (point: Point, shows: RegExp, expect: 'named' | 'overcome'): Combination =>
  meanwhile(point, 'whose secret a person has just removed for good', remove('later-issue'), shows, {
    expect,
    endsAs: (undisturbed) => undisturbed.get('first-issue') ?? '',
  });

/** What the operations of Secrets Manager answer of their own. */
export const SECRETS_ANSWERS: readonly Combination[] = [
  // Somebody else has just made it, and it is not to be seen yet.
  refused(CREATE, 'ResourceExistsException', { shows: /does not show it yet/ }),
  ...['InvalidRequestException', 'LimitExceededException', 'EncryptionFailure', 'InvalidParameterException'].map((code) =>
    refused(CREATE, code),
  ),
  meanwhile(CREATE, 'when another run has just made the secret', appear('first-issue', { tags: OURS }), /(?!)/, { expect: 'overcome' }),
  meanwhile(CREATE, 'when a person has just made a secret of that name', appear('first-issue', {}), /was not made by this rotation/, {
    repair: remove('first-issue'),
  }),
  meanwhile(
    CREATE,
    'when a secret of that name has just been scheduled for deletion',
    appear('first-issue', { tags: OURS, deleted: new Date('2026-01-05T00:00:00Z'), purge: new Date('2026-01-12T00:00:00Z') }),
    /scheduled for deletion/,
    { repair: remove('first-issue') },
  ),
  ...[CHECK, STORE].flatMap((point) =>
    [
      'LimitExceededException',
      'EncryptionFailure',
      'ResourceExistsException',
      'InvalidRequestException',
      'ResourceNotFoundException',
      'PreconditionNotMetException',
    ].map((code) => refused(point, code)),
  ),
  ...[DESCRIBE, READ_POLICY, CHECK, STORE].map(scheduled),
  gone(DESCRIBE, /(?!)/, 'overcome'),
  ...[READ_POLICY, CHECK, STORE].map((point) => gone(point, /ResourceNotFound|AccessDenied/, 'named')),
  ...['PublicPolicyException', 'MalformedPolicyDocumentException', 'InvalidRequestException'].map((code) => refused(POLICY, code)),
  refused(READ_POLICY, 'InvalidRequestException'),
  refused(DESCRIBE, 'InvalidParameterException'),
];
