import { buildDigests } from '../../../lambda/mail/digest';
import type { DigestItem } from '../../../lambda/mail/model';
import type { Action } from '../../../lambda/shared/decision';
import type { AccountResult, ActionResult, KeyFacts } from '../../../lambda/runs/schemas';
import { accountResult, action, keyFacts, user } from './factories';

const REGION = 'eu-west-1';
const on = '2026-12-01T00:00:00.000Z';

const recipients = (result: AccountResult): string[] => buildDigests(result, REGION).digests.map((d) => d.recipient);
const dataFor = (result: AccountResult, recipient = 'aws@example.com') =>
  buildDigests(result, REGION).digests.find((d) => d.recipient === recipient)!.data;
const items = (result: AccountResult, recipient?: string): DigestItem[] => dataFor(result, recipient).sections.flatMap((s) => s.items);
const withAction = (overrides: Partial<ActionResult>, rest: Partial<AccountResult> = {}): AccountResult =>
  accountResult({ users: [user('alice', { actions: [action(overrides)] })], ...rest });

describe('who gets a mail', () => {
  it.each<Action>(['rotate', 'disable', 'delete', 'notify', 'warn', 'note-inactive', 'note-reenabled', 'remove-orphan', 'hold'])(
    '%s is told to the account and to the owner',
    (kind) => {
      const result = accountResult({ users: [user('alice', { owner: 'owner@example.com', actions: [action({ action: kind, on })] })] });
      expect(recipients(result)).toEqual(['aws@example.com', 'owner@example.com']);
    },
  );

  it.each<Action>(['wait', 'skip', 'forget', 'blocked', 'wait-for-replica'])('%s alone causes no mail', (kind) => {
    const result = accountResult({ users: [user('alice', { owner: 'owner@example.com', actions: [action({ action: kind })] })] });
    expect(recipients(result)).toEqual([]);
  });

  it.each<ActionResult['outcome']>(['failed', 'deferred'])('an action that was %s alone causes no mail', (outcome) => {
    expect(recipients(withAction({ outcome }))).toEqual([]);
  });

  it('failures and users left over alone cause no mail', () => {
    const failures = [{ step: 'assume role', error: 'AccessDenied', message: 'no' }];
    expect(recipients(accountResult({ users: [], failures, left: ['bob'] }))).toEqual([]);
  });

  it('an owner who is the account address, in any letter case, gets one mail', () => {
    expect(recipients(accountResult({ users: [user('alice', { owner: 'AWS@Example.com' })] }))).toEqual(['aws@example.com']);
  });

  it('an owner whose domain is written in letters of its language and in ASCII gets one mail, and none beside the account’s', () => {
    const of = (owner: string, email: string) =>
      recipients(
        accountResult({
          account: { id: '1', name: 'a', email },
          users: [user('alice', { owner, actions: [action({ action: 'rotate', on })] })],
        }),
      );
    expect(of('o@bücher.example O@xn--bcher-kva.example', 'aws@example.com')).toEqual(['aws@example.com', 'O@xn--bcher-kva.example']);
    expect(of('o@xn--bcher-kva.example', 'O@bücher.example')).toEqual(['O@xn--bcher-kva.example']);
  });

  it('an owner written in different letter cases and with blanks gets one mail about all their users', () => {
    const result = accountResult({ users: [user('alice', { owner: 'Team@example.com' }), user('bob', { owner: ' team@EXAMPLE.com ' })] });
    expect(recipients(result)).toEqual(['aws@example.com', 'Team@example.com']);
    expect(items(result, 'Team@example.com').map((i) => i.user)).toEqual(['alice', 'bob']);
  });

  it('an owner sees their own users only, the account sees all', () => {
    const result = accountResult({
      users: [user('alice', { owner: 'a@example.com' }), user('bob', { owner: 'b@example.com' }), user('carol')],
    });
    expect(items(result, 'a@example.com').map((i) => i.user)).toEqual(['alice']);
    expect(items(result, 'b@example.com').map((i) => i.user)).toEqual(['bob']);
    expect(items(result).map((i) => i.user)).toEqual(['alice', 'bob', 'carol']);
  });

  it('an owner tag that is no address is a failure naming user, tag and value, and is listed for the account', () => {
    const result = accountResult({ users: [user('alice', { owner: 'Alice in accounting' }), user('bob', { owner: 'b@example.com' })] });
    const { digests, failures } = buildDigests(result, REGION, { ownerTag: 'OwnerEmail' });
    expect(failures).toEqual([
      {
        user: 'alice',
        step: 'send mail',
        error: 'InvalidAddress',
        message: 'the tag OwnerEmail of user alice holds "Alice in accounting", which is not an e-mail address; the owner was not told',
      },
    ]);
    expect(digests.map((d) => d.recipient)).toEqual(['aws@example.com', 'b@example.com']);
    expect(JSON.stringify(digests[0]!.data)).toContain('Alice in accounting');
  });

  it('an account address that is none is a failure, and owners are still told', () => {
    const result = accountResult({
      account: { id: '111122223333', name: 'Payments', email: 'nobody' },
      users: [user('alice', { owner: 'a@example.com' })],
    });
    const { digests, failures } = buildDigests(result, REGION);
    expect(digests.map((d) => d.recipient)).toEqual(['a@example.com']);
    expect(failures).toEqual([
      expect.objectContaining({ step: 'send mail', message: expect.stringContaining('"nobody" of account 111122223333') as string }),
    ]);
  });
});

describe('what an item says', () => {
  it('a rotated key: where the successor is, the command to fetch it, and until when the old key works', () => {
    const result = withAction({ on, successorId: 'AKIANEW', secretName: 'Account_111122223333_User_alice_AccessKey' });
    const fetch =
      'aws secretsmanager get-secret-value --secret-id Account_111122223333_User_alice_AccessKey --region eu-west-1 --query SecretString --output text';
    const hint = 'Fetch the new key with the old one, which keeps working until 1 Dec 2026:';
    expect(items(result)).toEqual([
      {
        user: 'alice',
        keyId: 'AKIAOLD0000000000001',
        description: '',
        level: 'act',
        urgency: 'Action needed by 1 Dec 2026',
        age: '90 days old',
        lastUsed: 'last used 19 Nov 2026 by s3 in eu-west-1',
        what: 'The new key is AKIANEW. The old one will be disabled on 1 Dec 2026.',
        when: '1 Dec 2026',
        why: 'it is 90 days old',
        todo: '',
        newKey: '',
        use: '',
        usage: '',
        callers: [],
        usageRest: '',
        secretName: 'Account_111122223333_User_alice_AccessKey',
        consoleUrl:
          'https://eu-west-1.console.aws.amazon.com/secretsmanager/secret?name=Account_111122223333_User_alice_AccessKey&region=eu-west-1',
        steps: [
          { hint, command: fetch },
          {
            hint: 'Put the new key where the old one is, then test it; the answer names arn:aws:iam::111122223333:user/alice:',
            command: 'aws sts get-caller-identity',
          },
        ],
        commandHint: hint,
        command: fetch,
      },
    ]);
  });

  it.each<[Partial<ActionResult>, string, string]>([
    [
      { action: 'disable', on },
      'This key was disabled. It will be deleted on 1 Dec 2026.',
      'This key would be disabled. It would be deleted on 1 Dec 2026.',
    ],
    [{ action: 'delete' }, 'This key was deleted.', 'This key would be deleted.'],
    [
      { action: 'notify', on },
      'This key will be disabled on 1 Dec 2026.',
      'The user would be told that this key is disabled on 1 Dec 2026.',
    ],
    [{ action: 'warn', step: 'rotate', on }, 'A new key will be issued on 1 Dec 2026.', 'A new key would be issued on 1 Dec 2026.'],
    [{ action: 'warn', step: 'disable', on }, 'This key will be disabled on 1 Dec 2026.', 'This key would be disabled on 1 Dec 2026.'],
    [{ action: 'warn', step: 'delete', on }, 'This key will be deleted on 1 Dec 2026.', 'This key would be deleted on 1 Dec 2026.'],
    [
      { action: 'note-inactive', on },
      'This key is inactive. It will be deleted on 1 Dec 2026.',
      'This key is inactive. It would be deleted on 1 Dec 2026.',
    ],
    [
      { action: 'note-reenabled' },
      'Somebody enabled this key again. It gets a successor in its time; nothing is to be done.',
      'Somebody enabled this key again.',
    ],
    [{ action: 'remove-orphan' }, 'This key was removed.', 'This key would be removed.'],
    [
      { action: 'hold', on },
      'This key stays enabled while it is used, until 1 Dec 2026 at the latest.',
      'This key would stay enabled while it is used, until 1 Dec 2026 at the latest.',
    ],
    [
      { action: 'delete-secret', on },
      'The secret of this key is scheduled for deletion; the key itself goes on working. The secret can be restored until 1 Dec 2026.',
      'The secret of this key would be deleted; the key itself would go on working.',
    ],
    [
      { action: 'restore-secret' },
      'The secret of this key was being deleted and is back.',
      'The secret of this key, which is being deleted, would be restored.',
    ],
    [{ action: 'rotate' }, 'A new key was issued.', 'A new key would be issued.'],
  ])('%j reads in the right tense', (overrides, enforcing, audit) => {
    expect(items(withAction(overrides))[0]!.what).toBe(enforcing);
    expect(items(withAction({ ...overrides, outcome: 'planned' }, { dryRun: true }))[0]!.what).toBe(audit);
  });

  it.each([
    ['restore-secret', 'aws secretsmanager get-secret-value --secret-id a-secret --region eu-west-1 --query SecretString --output text'],
    ['delete-secret', 'aws secretsmanager restore-secret --secret-id a-secret --region eu-west-1'],
  ] as const)('%s offers the command that helps', (kind, command) => {
    expect(items(withAction({ action: kind, secretName: 'a-secret' }))[0]).toMatchObject({ command });
  });

  it('a dry run offers no command, since nothing was done', () => {
    for (const kind of ['rotate', 'disable', 'delete-secret', 'restore-secret'] as const) {
      const result = withAction({ action: kind, outcome: 'planned', secretName: 'a-secret', on }, { dryRun: true });
      expect(items(result)[0]).toMatchObject({ command: '', commandHint: '', steps: [] });
    }
  });

  it.each([
    ['never', {}, 'never used'],
    ['2026-11-19T06:45:00.000Z', { lastUsedService: 'N/A', lastUsedRegion: 'N/A' }, 'last used 19 Nov 2026'],
  ])('last use %s is told as AWS answered it', (lastUsed, place, text) => {
    const result = accountResult({ users: [user('alice', { keys: [keyFacts({ lastUsed, ...place })] })] });
    expect(items(result)[0]!.lastUsed).toBe(text);
  });

  it('a last use that was not asked is not claimed to be "never"', () => {
    const notAsked: KeyFacts = { keyId: 'AKIAOLD0000000000001', status: 'Active', created: '2026-08-23T08:00:00.000Z', ageDays: 90 };
    expect(items(accountResult({ users: [user('alice', { keys: [notAsked] })] }))[0]!.lastUsed).toBe('');
  });

  it('every field is present in every item, as SES needs for strict rendering', () => {
    const result = accountResult({
      users: [user('alice', { keys: [] }), user('bob', { actions: [action({ action: 'blocked' })] })],
      failures: [{ step: 'x', error: 'E', message: 'm' }],
      left: ['carol'],
    });
    const all = items(result);
    expect(all).toHaveLength(4);
    for (const item of all) expect(Object.keys(item)).toEqual(Object.keys(all[0]!));
  });
});

describe('what needs attention', () => {
  it('a failed action is listed with its own failure, other failures of the user once each', () => {
    const result = accountResult({
      users: [user('alice', { actions: [action({ action: 'rotate', outcome: 'failed' })] }), user('bob')],
      failures: [
        { user: 'alice', step: 'read tags', error: 'Throttling', message: 'slow' },
        { user: 'alice', step: 'rotate', error: 'SecretUnusableError', message: 'scheduled for deletion' },
        { user: 'zoe', step: 'read user', error: 'NoSuchEntity', message: 'gone' },
      ],
    });
    const attention = dataFor(result).sections.find((s) => s.title === 'Failed')!;
    expect(attention.items.map((i) => [i.user, i.what])).toEqual([
      ['alice', 'rotate failed: SecretUnusableError: scheduled for deletion'],
      ['alice', 'read tags failed: Throttling: slow'],
      ['zoe', 'read user failed: NoSuchEntity: gone'],
    ]);
  });

  it("an owner's mail lists what is blocked or failed for their users, and nothing of others", () => {
    const result = accountResult({
      users: [
        user('alice', {
          owner: 'a@example.com',
          actions: [
            action(),
            action({ action: 'blocked', keyId: 'AKIABLOCKED' }),
            action({ action: 'wait-for-replica', keyId: 'AKIABEHIND' }),
          ],
        }),
        user('bob', { actions: [action({ action: 'blocked', keyId: 'AKIAOTHER' })] }),
      ],
      left: ['carol'],
    });
    expect(items(result, 'a@example.com').map((i) => i.keyId)).toEqual(['AKIABLOCKED', 'AKIABEHIND', 'AKIAOLD0000000000001']);
  });

  it('counts what failed, what waits for a person and what waits for the next run apart', () => {
    const result = accountResult({
      users: [
        user('alice'),
        user('bob', { actions: [action({ action: 'blocked' })] }),
        user('carol', { actions: [action({ outcome: 'deferred' })] }),
      ],
      failures: [{ step: 'x', error: 'E', message: 'm' }],
    });
    expect(dataFor(result).counts).toBe('1 failed, 1 needs attention, 1 new key, 1 left for the next run');
  });

  it('a postponed action says so, and not that it was done', () => {
    const result = accountResult({
      users: [user('alice'), user('bob', { actions: [action({ action: 'disable', outcome: 'deferred' })] })],
    });
    expect(items(result).find((i) => i.user === 'bob')!.what).toBe('Postponed: disable was not done in this run.');
  });
});

describe('who still uses a key', () => {
  const usage = { regions: ['eu-west-1'], calls: 0, callers: [], otherCallers: 0, failed: [] };
  const warned = { action: 'warn', step: 'disable', on } as const;

  it('is in the item, and what CloudTrail does not show is in the mail', () => {
    const data = dataFor(withAction({ ...warned, usage }));
    expect(data.sections[0]?.items[0]?.usage).toContain('shows no call with it in eu-west-1');
    expect(data.usageNote).toContain('It does not show: reading and writing of data, such as objects in S3');
  });

  it('is in no mail about keys of which nobody asked', () => {
    const data = dataFor(withAction(warned));
    expect([data.usageNote, data.sections[0]?.items[0]]).toMatchObject(['', { usage: '', callers: [], usageRest: '' }]);
  });
});

describe('the mail as a whole', () => {
  const mixed = accountResult({
    users: [
      user('zed', { actions: [action({ action: 'delete' })] }),
      user('amy', { actions: [action({ action: 'warn', step: 'rotate', on: '2026-11-28T00:00:00.000Z' })] }),
      user('bob', { actions: [action({ action: 'rotate', on })] }),
      user('ann', { actions: [action({ action: 'rotate', on })] }),
      user('old', { actions: [action({ action: 'rotate', on: '2026-11-25T00:00:00.000Z' })] }),
      user('eve', { actions: [action({ action: 'blocked', on: '2026-11-22T00:00:00.000Z' })] }),
    ],
  });

  it('shows what needs attention first, then what is urgent, by date and user, and what is over last', () => {
    expect(items(mixed).map((i) => i.user)).toEqual(['eve', 'old', 'ann', 'bob', 'amy', 'zed']);
  });

  it('names counts and the first date on which something happens', () => {
    expect(dataFor(mixed)).toMatchObject({
      counts: '1 needs attention, 3 new keys, 1 new key soon, 1 deleted',
      subjectCounts: '1 needs attention, 3 new keys, 1 new key soon and more',
      firstDate: '25 Nov 2026',
      part: '',
      more: '',
    });
  });

  it('does not call a date in the past the next step', () => {
    expect(dataFor(withAction({ on: '2026-11-20T00:00:00.000Z' })).firstDate).toBe('');
  });

  it('speaks of what would happen in a dry run', () => {
    const audit = accountResult({ ...mixed, dryRun: true });
    expect(dataFor(audit).sections.map((s) => s.title)).toEqual([
      'Needs attention',
      'Would get a new key',
      'Would get a new key soon',
      'Would be deleted',
    ]);
    expect(dataFor(audit).counts).toBe('1 needs attention, 3 to rotate, 1 to rotate soon, 1 to delete');
  });
});
