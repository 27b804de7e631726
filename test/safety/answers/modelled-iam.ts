import type { Account } from '../../helpers/sandbox-organization';
import type { Kit } from '../kit/kit';
import type { Combination } from './combination';
import { meanwhile, refused, refusedTwice } from './modelled';
import type { Point } from './points';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const TAGS_PER_USER = 50;

const fillTags =
  (user: string) =>
  ({ sandbox }: Kit, { id }: Account): void => {
    const people = sandbox.people(id);
    const room = TAGS_PER_USER - people.user(user).tags.size;
    people.tagUser(user, Object.fromEntries(Array.from({ length: room }, (_, index) => [`team-tag-${index}`, 'x'])));
  };
const emptyTags =
  (user: string) =>
  ({ sandbox }: Kit, { id }: Account): void => {
    const people = sandbox.people(id);
    people.untagUser(user, ...[...people.user(user).tags.keys()].filter((tag) => tag.startsWith('team-tag-')));
  };
const deleteKey =
  (user: string) =>
  ({ sandbox }: Kit, { id }: Account): void => {
    const people = sandbox.people(id);
    people.deleteKey(user, people.user(user).keys[0]?.id ?? '');
  };

const INTENT: Point = { operation: 'iam:TagUser', victim: 'first-issue', about: 'to announce the new key' };
const CLEAR: Point = { operation: 'iam:UntagUser', victim: 'first-issue', about: 'to clear the announcement', noted: true };
const CREATE: Point = { operation: 'iam:CreateAccessKey', victim: 'first-issue' };
const DISABLE: Point = { operation: 'iam:UpdateAccessKey', victim: 'superseded' };
const INACTIVE: Point = { operation: 'iam:TagUser', victim: 'superseded', about: 'to remember since when the key is inactive' };
const NOTICE: Point = { operation: 'iam:TagUser', victim: 'two-live-keys', about: 'to remember that people were told' };
const DELETE: Point = { operation: 'iam:DeleteAccessKey', victim: 'long-inactive' };

/** Two requests for the same user at a time, or a user who has just been changed. */
const conflicts = [INTENT, CLEAR, CREATE, DISABLE, INACTIVE, NOTICE, DELETE].flatMap((point) =>
  ['ConcurrentModification', 'EntityTemporarilyUnmodifiable'].flatMap((code) => [
    refused(point, code, { status: 409 }),
    refused(point, code, { status: 409, times: 1 }),
  ]),
);

/** A user who has 50 tags cannot get another one; tags that are there already can be changed. */
const fullOfTags = [INTENT, INACTIVE, NOTICE].map((point) =>
  meanwhile(point, 'where all 50 tags are taken', fillTags(point.victim ?? ''), /LimitExceeded/, { repair: emptyTags(point.victim ?? '') }),
);

const remembered =
  (index: number, text: string) =>
  (state: string): string =>
    state.replace(new RegExp(`(key ${index} [^;]*remembered: )[^;]*`), `$1${text}`);

/** What the operations of IAM answer of their own. */
export const IAM_ANSWERS: readonly Combination[] = [
  ...conflicts,
  ...fullOfTags,
  refused(CREATE, 'LimitExceeded', { status: 409, expect: 'told', shows: /LimitExceeded/ }),
  meanwhile(
    CREATE,
    'when a person has just taken the second place',
    ({ sandbox }, { id }) => {
      sandbox.people(id).createKey('first-issue');
    },
    /quota/,
    {
      expect: 'told',
      // Both keys live on; people are told that the older one will be disabled.
      endsAs: (undisturbed) =>
        remembered(
          1,
          'notice=… beside=key 2',
        )(
          (undisturbed.get('first-issue') ?? '')
            .replace('held as AWSCURRENT, remembered: issued=…; issued by us', 'not in the secret, remembered: nothing; told of nothing')
            .replace('current: key 2, its user may read it', 'current: no key, its user may not read it'),
        ),
    },
  ),
  meanwhile(DISABLE, 'whose key a person has just deleted', deleteKey('superseded'), /NoSuchEntity/, {
    endsAs: (undisturbed) =>
      (undisturbed.get('superseded') ?? '').replace(/^key 1 .*?; key 2/, 'key 1').replace('current: key 2', 'current: key 1'),
  }),
  meanwhile(DELETE, 'whose key a person has just deleted', deleteKey('long-inactive'), /NoSuchEntity/, { expect: 'told' }),
  refused({ operation: 'iam:GenerateCredentialReport', concerns: [] }, 'ReportGenerationLimitExceeded', {
    status: 409,
    expect: 'overcome',
    logged: /credential report not used/,
  }),
  ...[
    { code: 'ReportNotPresent', status: 410 },
    { code: 'ReportInProgress', status: 404 },
    { code: 'ReportExpired', status: 410 },
  ].flatMap(({ code, status }) => [
    refused({ operation: 'iam:GetCredentialReport', concerns: [] }, code, { status, times: 1, expect: 'overcome' }),
    refused({ operation: 'iam:GetCredentialReport', concerns: [] }, code, {
      status,
      expect: 'overcome',
      logged: /credential report not used/,
    }),
  ]),
  refused({ operation: 'iam:GetGroup' }, 'ValidationError', {}),
];

const STORE: Point = { operation: 'secretsmanager:PutSecretValue', victim: 'later-issue', nth: 2, about: 'to store the new key' };

/** What can go wrong while a key that could not be stored is removed again, or an announcement is taken back. */
export const TIDYING: readonly Combination[] = [
  ...refusedTwice(STORE, { operation: 'secretsmanager:DescribeSecret', victim: 'later-issue', nth: 2, about: 'to see what is stored' }),
  ...refusedTwice(STORE, { operation: 'iam:UpdateAccessKey', victim: 'later-issue', about: 'to disable the new key again' }),
  ...refusedTwice(STORE, { operation: 'iam:DeleteAccessKey', victim: 'later-issue', about: 'to delete the new key again' }),
  ...refusedTwice(STORE, { operation: 'iam:ListAccessKeys', victim: 'later-issue', nth: 2, about: 'to see that the new key is gone' }),
  ...refusedTwice(CREATE, CLEAR),
];
