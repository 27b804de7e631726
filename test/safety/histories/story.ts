import fc from 'fast-check';
import { DELETING, SETTINGS } from './settings';

/** How calls of the product go wrong. */
export interface Trouble {
  operation: string;
  effect: 'throttled' | 'failed' | 'denied' | 'lost before' | 'lost after';
  /** From the nth such call on, from 1. */
  nth: number;
  /** How many calls in a row, from that one on. */
  times: number;
  /** Days after which AWS is well again in any case. */
  forDays: number;
}

/** Something about whichever user this number means on that day. */
export type UserHappening =
  | { what: 'a key is created' | 'the user leaves' | 'the secret is deleted' | 'the exemption ends' | 'the user is renamed'; who: number }
  | { what: 'the secret is deleted for good'; who: number }
  | { what: 'Terraform keeps the user'; who: number; forDays: number; enables: boolean }
  | { what: 'the user is exempt'; who: number; forDays: number | undefined };

/** Something about whichever key of whichever user these numbers mean on that day. */
export type KeyHappening =
  | { what: 'a key is used' | 'a key is disabled' | 'a key is enabled' | 'a key is deleted'; who: number; which: number }
  | { what: 'a state is written by hand'; who: number; which: number; value: string }
  | { what: 'a secret is forged'; who: number; which: number; central: boolean }
  | { what: 'a tag is forged'; who: number; which: number; says: ForgedTag };

/** What a forged tag says of a key: that it was told of, seen inactive, missed or issued long enough ago. */
const FORGED_TAGS = ['notice', 'inactive', 'lost', 'issued'] as const;
export type ForgedTag = (typeof FORGED_TAGS)[number];

/** How SES takes mails to an address and does not deliver them. */
const LOSSES = ['suppressed', 'reject', 'rendering failure', 'transient bounce'] as const;

/** Mails to the owner, the account or both of whichever user this number means on that day are lost for some days. */
export interface LostMails {
  what: 'mails are lost';
  to: 'owner' | 'account' | 'both';
  who: number;
  loss: (typeof LOSSES)[number];
  forDays: number;
}

/** Something about whichever account this number means on that day. */
export interface AccountHappening {
  what: 'the account leaves' | 'the account is suspended' | 'the account is active again';
  where: number;
}

/** Something that people do, and that may be impossible on that day. */
export type PeoplesHappening =
  | UserHappening
  | KeyHappening
  | LostMails
  | AccountHappening
  | { what: 'a user comes'; where: number; keys: readonly BornKey[] }
  | { what: 'an account joins' };

/** Something that goes wrong from that day on; a death waits for its call. */
export type Accident =
  { what: 'AWS is in trouble'; trouble: Trouble } | { what: 'the rotator dies'; operation: string; nth: number; when: 'before' | 'after' };

/** Where new keys are stored; every story begins with the first, the default. */
const STORES = ['member', 'central'] as const;
export type Store = (typeof STORES)[number];

/** Something that happens to the deployment. */
type Administration =
  | { what: 'the rotation is forced'; who: number }
  | { what: 'the settings change'; to: number }
  | { what: 'the store changes'; to: Store }
  | { what: 'no run is made'; forDays: number }
  | { what: 'the schedule fires twice' };

/** Something that happens on a day. */
export type Happening = PeoplesHappening | Accident | Administration;

/** A key that a user brings along. */
export interface BornKey {
  ageDays: number;
  inactive: boolean;
  usedDaysAgo: number | undefined;
}

/** Everything that people, accidents and AWS do in the course of the days. */
export interface Story {
  /** Users on the first day, spread over the accounts. */
  users: readonly (readonly BornKey[])[];
  happenings: readonly { day: number; happening: Happening }[];
  /** Reads may show a state that is up to two minutes old, which ones by this seed; absent in most stories. */
  lag: number | undefined;
}

/** Operations by which a rotator changes something, and those by which it looks and tells. */
const CHANGES = [
  ...['TagUser', 'UntagUser', 'CreateAccessKey', 'UpdateAccessKey', 'DeleteAccessKey'],
  ...['AttachUserPolicy', 'CreateSecret', 'PutResourcePolicy', 'PutSecretValue', 'DeleteSecret', 'RestoreSecret'],
];
const OTHERS = [
  ...['AssumeRole', 'PutObject', 'PutEvents', 'SendEmail', 'GetSuppressedDestination'],
  ...['GenerateCredentialReport', 'GetCredentialReport', 'ListUsers', 'GetGroup'],
  ...['ListUserTags', 'ListGroupsForUser', 'ListAccessKeys', 'GetAccessKeyLastUsed', 'DescribeSecret', 'GetResourcePolicy'],
];
const operation = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...CHANGES) }, { weight: 1, arbitrary: fc.constantFrom(...OTHERS) });

const settings = fc.oneof({ weight: 2, arbitrary: fc.nat({ max: SETTINGS - 1 }) }, { weight: 1, arbitrary: fc.constant(DELETING) });
const index = fc.nat({ max: 30 });
const bornKey: fc.Arbitrary<BornKey> = fc.record({
  ageDays: fc.oneof(fc.constantFrom(0, 82, 83, 89, 90, 100, 110, 400), fc.nat({ max: 500 })),
  inactive: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  usedDaysAgo: fc.option(fc.nat({ max: 60 }), { nil: undefined }),
});
const keys = fc.array(bornKey, { maxLength: 2 });
const value = fc.constantFrom(
  '',
  'inactive=yesterday',
  'inactive=2020-01-01T00:00:00.000Z',
  'inactive=2199-01-01T00:00:00.000Z',
  'notice=2199-01-01T00:00:00.000Z beside=none',
  'reenabled=2025-12-31T00:00:00.000Z times=x',
);
const trouble: fc.Arbitrary<Trouble> = fc.record({
  operation: fc.oneof({ weight: 8, arbitrary: operation }, { weight: 1, arbitrary: fc.constantFrom('ListAccounts', 'Invoke') }),
  effect: fc.constantFrom('throttled', 'failed', 'denied', 'lost before', 'lost after'),
  nth: fc.integer({ min: 1, max: 3 }),
  times: fc.constantFrom(1, 3, 1_000),
  forDays: fc.constantFrom(1, 2, 5, 30),
});
const withUser = fc.constantFrom(
  'a key is created' as const,
  'the user leaves' as const,
  'the rotation is forced' as const,
  'the secret is deleted' as const,
  'the exemption ends' as const,
  'the user is renamed' as const,
  'the secret is deleted for good' as const,
);
const withKey = fc.constantFrom(
  'a key is used' as const,
  'a key is disabled' as const,
  'a key is enabled' as const,
  'a key is deleted' as const,
);
const withAccount = fc.constantFrom(
  'the account leaves' as const,
  'the account is suspended' as const,
  'the account is active again' as const,
);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: withUser, who: index }) },
  { weight: 12, arbitrary: fc.record({ what: withKey, who: index, which: index }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('a state is written by hand' as const), who: index, which: index, value }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('a secret is forged' as const), who: index, which: index, central: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('a tag is forged' as const),
      who: index,
      which: index,
      says: fc.constantFrom(...FORGED_TAGS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('Terraform keeps the user' as const),
      who: index,
      forDays: fc.constantFrom(1, 3, 30),
      enables: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('the user is exempt' as const),
      who: index,
      forDays: fc.option(fc.nat({ max: 90 }), { nil: undefined }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('mails are lost' as const),
      to: fc.constantFrom('owner' as const, 'account' as const, 'both' as const, 'both' as const),
      who: index,
      loss: fc.constantFrom(...LOSSES),
      forDays: fc.constantFrom(1, 3, 12, 40),
    }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('a user comes' as const), where: index, keys }) },
  { weight: 1, arbitrary: fc.constant({ what: 'an account joins' as const }) },
  { weight: 1, arbitrary: fc.record({ what: withAccount, where: index }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('the settings change' as const), to: settings }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('the store changes' as const), to: fc.constantFrom(...STORES) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('no run is made' as const), forDays: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 2, arbitrary: fc.constant({ what: 'the schedule fires twice' as const }) },
  { weight: 8, arbitrary: fc.record({ what: fc.constant('AWS is in trouble' as const), trouble }) },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('the rotator dies' as const),
      operation,
      nth: fc.integer({ min: 1, max: 3 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
);

/** Days that a story lasts. */
export const DAYS = 400;
/** Days of steps and of accidents are likelier to meet than any two days of 400. */
const eventfulDay = fc.oneof(fc.nat({ max: DAYS - 1 }), fc.constantFrom(0, 1, 10, 11, 20, 21, 90, 91, 100, 101, 110, 111, 180, 190, 200));

/** Random stories; a smaller story is a shorter one with fewer keys. */
export const stories: fc.Arbitrary<Story> = fc.record({
  users: fc.noBias(fc.array(keys, { minLength: 1, maxLength: 7, size: 'max' })),
  happenings: fc.noBias(fc.array(fc.record({ day: eventfulDay, happening }), { maxLength: 200, size: 'max' })),
  lag: fc.option(fc.nat(), { nil: undefined, freq: 2 }),
});
