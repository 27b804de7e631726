import { stanzaOf } from '../shared/stanza';
import type { ActionResult, Failure } from '../runs/schemas';
import type { Action } from '../shared/decision';
import { globalRegionOf } from './console';
import type { DigestStanza, DigestStep } from './model';
import { shellWord, showMoment } from './words';

/** What commands are about. */
export interface StepFacts {
  user: string;
  /** The ARN that the user's keys answer with. */
  arn: string;
  region: string;
  /** It is about the user's only key, which nobody ever used. */
  isUnused?: boolean;
  /** The user tag that names owners. */
  ownerTag?: string;
  /** When the step of another key of the user is taken, which the reason names; ISO 8601. */
  goneOn?: string;
}

type Steps = (result: ActionResult, facts: StepFacts) => DigestStep[];

const ADMINISTRATOR = 'with administrative credentials of the account';

/** Shows what a secret holds, to whoever may read it. */
export const fetches = (secretName: string, region: string): string =>
  `aws secretsmanager get-secret-value --secret-id ${shellWord(secretName)} --region ${region} --query SecretString --output text`;
const restores = (secretName: string, region: string): string =>
  `aws secretsmanager restore-secret --secret-id ${shellWord(secretName)} --region ${region}`;
const enables = (user: string, keyId: string): string =>
  `aws iam update-access-key --user-name ${shellWord(user)} --access-key-id ${keyId} --status Active`;

/** It tells whose key a program uses, and that the key works. */
const test = (arn: string): DigestStep => ({
  hint: `Put the new key where the old one is, then test it; the answer names ${arn}:`,
  command: 'aws sts get-caller-identity',
});

/** What to do when a key is disabled that was needed after all. */
const bringsBack = (key: string, user: string, keyId: string): DigestStep => ({
  hint: `Should something stop working once ${key} is disabled: it can be enabled again until it is deleted, ${ADMINISTRATOR}:`,
  command: enables(user, keyId),
});

/** Of these the key is the new one, or the old one has only just begun its grace. */
const NOT_YET: ReadonlySet<Action> = new Set(['rotate', 'restore-secret']);

/** What leaves a new key to be fetched with the old one. */
function switchSteps({ keyId, on, action, secretName = '' }: ActionResult, { user, arn, region }: StepFacts): DigestStep[] {
  if (secretName === '') return [];
  const until = on === undefined ? 'for now' : `until ${showMoment(on)}`;
  const later = NOT_YET.has(action) || keyId === undefined ? [] : [bringsBack('the old key', user, keyId)];
  const fetch = { hint: `Fetch the new key with the old one, which keeps working ${until}:`, command: fetches(secretName, region) };
  return [fetch, test(arn), ...later];
}

function disabledSteps({ keyId = '', on, secretName = '', successorId }: ActionResult, { user, arn, region }: StepFacts): DigestStep[] {
  const until = on === undefined ? '' : ` until ${showMoment(on)}`;
  const back = {
    hint: `${secretName === '' ? 'If something stopped working: enable the old key again' : 'Only if that is not possible: enable the old key again, and fetch the new one with it'}, possible${until}, ${ADMINISTRATOR}:`,
    command: enables(user, keyId),
  };
  if (secretName === '') return [back];
  return [fetchesAsUser(secretName, successorId, { user, region }), test(arn), back];
}

/** The old key fetches nothing any more. */
const fetchesAsUser = (secretName: string, successorId = '', { user, region }: Pick<StepFacts, 'user' | 'region'>): DigestStep => ({
  hint: `Programs that use the new key ${successorId} go on. Give it to all others. The old key can no longer fetch it, and nobody but ${user} may read the secret: sign in as that user, then:`,
  command: fetches(secretName, region),
});

const deletedSteps: Steps = ({ secretName, successorId }, { user, arn, region }) =>
  secretName === undefined ? [] : [fetchesAsUser(secretName, successorId, { user, region }), test(arn)];

/** A key that ends without a successor: whoever uses it has to be found. */
const withoutSuccessor = ({ keyId = '', on }: ActionResult, { user, isUnused }: StepFacts): DigestStep[] => [
  ...(isUnused && on !== undefined
    ? [
        {
          hint: `Nothing is to be done unless it is needed: then use it before ${showMoment(on)}, once is enough, and it gets a successor instead. With this key:`,
          command: 'aws sts get-caller-identity',
        },
      ]
    : []),
  {
    hint: `To see whether, where and when it was last used, ${ADMINISTRATOR}:`,
    command: `aws iam get-access-key-last-used --access-key-id ${keyId}`,
  },
  ...(on === undefined ? [] : [bringsBack('the key', user, keyId)]),
];

const keeps = ({ keyId = '', on }: ActionResult, { user }: StepFacts): DigestStep[] => [
  {
    hint: `Nothing is to be done unless it is still needed: then enable it${on === undefined ? '' : ` before ${showMoment(on)}`}, ${ADMINISTRATOR}:`,
    command: enables(user, keyId),
  },
];

const restoring = ({ secretName = '' }: ActionResult, { region }: StepFacts): DigestStep[] =>
  secretName === ''
    ? []
    : [{ hint: 'To restore it, with administrative credentials of the account that holds it:', command: restores(secretName, region) }];

const seesKeys: Steps = (_, { user }) => [
  { hint: `To see the user's keys, ${ADMINISTRATOR}:`, command: `aws iam list-access-keys --user-name ${shellWord(user)}` },
];

/** The id of the user's other key that a blocked one waits for; undefined where it waits for something else. */
export const waitsFor = ({ reason }: ActionResult): string | undefined =>
  /(?:inactive|expired) key (\S+) takes the second place/.exec(reason)?.[1];

/** What ends the waiting of a key that is due, and how to end it sooner. */
function blockedSteps(result: ActionResult, facts: StepFacts): DigestStep[] {
  const inTheWay = waitsFor(result);
  if (inTheWay === undefined) return seesKeys(result, facts);
  const when = facts.goneOn === undefined ? 'after its recovery time' : `on ${showMoment(facts.goneOn)}`;
  const hint = `Nothing is to be done: ${inTheWay} is deleted ${when}, and the rotation goes on then; until then this key works on. To have that with the next run, if nobody needs ${inTheWay}, delete it, which cannot be undone, ${ADMINISTRATOR}:`;
  const command = `aws iam delete-access-key --user-name ${shellWord(facts.user)} --access-key-id ${inTheWay}`;
  return [...seesKeys(result, facts), { hint, command }];
}

const seesReplicas: Steps = (result, facts) =>
  result.secretName === undefined
    ? seesKeys(result, facts)
    : [
        {
          hint: 'To see which replica does not follow, and why, with administrative credentials of the account that holds the secret:',
          command: `aws secretsmanager describe-secret --secret-id ${shellWord(result.secretName)} --region ${facts.region} --query ReplicationStatus`,
        },
      ];

const seesTags = (_: unknown, { user }: StepFacts): DigestStep[] => [
  { hint: `To see the user's tags, ${ADMINISTRATOR}:`, command: `aws iam list-user-tags --user-name ${shellWord(user)}` },
];

const TAKES_OFF = 'UntagUser';

/** Who undoes what is remembered on a user. */
function seesChanges(call: string, { arn, region }: StepFacts): DigestStep {
  const where = globalRegionOf(arn.split(':')[1] ?? '') ?? region;
  return {
    hint: `To see who called ${call} in the last 90 days, ${ADMINISTRATOR}:`,
    command: `aws cloudtrail lookup-events --region ${where} --lookup-attributes AttributeKey=EventName,AttributeValue=${call} --max-results 20`,
  };
}

/** The reason names the tag first. */
function exemptionSteps(result: ActionResult, facts: StepFacts): DigestStep[] {
  const [, tag] = /the tag (\S+) /.exec(result.reason) ?? [];
  if (tag === undefined) return seesTags(result, facts);
  const command = `aws iam untag-user --user-name ${shellWord(facts.user)} --tag-keys ${shellWord(tag)}`;
  return [...seesTags(result, facts), { hint: `If the user is not to be exempt, take the tag off, ${ADMINISTRATOR}:`, command }];
}

/** Where the rotation does not delete it by itself. */
const orphanSteps: Steps = ({ secretName = '', on }, { region }) =>
  on !== undefined || secretName === ''
    ? []
    : [
        {
          hint: 'To delete it, with administrative credentials of the account that holds it; it can be restored for 30 days:',
          command: `aws secretsmanager delete-secret --secret-id ${shellWord(secretName)} --region ${region}`,
        },
      ];

const endingSteps = (result: ActionResult, facts: StepFacts): DigestStep[] =>
  result.secretName === undefined ? withoutSuccessor(result, facts) : switchSteps(result, facts);

function warningSteps(result: ActionResult, facts: StepFacts): DigestStep[] {
  if (result.step === 'rotate') return [];
  return result.step === 'delete' ? keeps(result, facts) : endingSteps(result, facts);
}

const STEPS: Partial<Readonly<Record<Action, Steps>>> = {
  rotate: switchSteps,
  announce: switchSteps,
  hold: switchSteps,
  'follow-rename': switchSteps,
  'restore-secret': switchSteps,
  'note-reenabled': endingSteps,
  notify: endingSteps,
  warn: warningSteps,
  'note-inactive': keeps,
  disable: disabledSteps,
  delete: deletedSteps,
  'delete-secret': restoring,
  'delete-orphaned-secret': restoring,
  'unclear-exemption': exemptionSteps,
  'orphaned-secret': orphanSteps,
  blocked: blockedSteps,
  'wait-for-replica': seesReplicas,
  'note-issued': (result, facts) => [...seesTags(result, facts), seesChanges(TAKES_OFF, facts)],
};

/** What there is to do about an action that was done, the best first; empty where nobody has to do anything. */
export const stepsFor = (result: ActionResult, facts: StepFacts): DigestStep[] =>
  result.outcome === 'done' ? (STEPS[result.action]?.(result, facts) ?? []) : [];

/** An address of the kind that documents name. */
const SOMEBODY = 'owner@your-company.example';

/** For a mail that reached nobody because of its address. */
const namesOwner = ({ user, ownerTag }: StepFacts): DigestStep[] =>
  ownerTag === undefined
    ? []
    : [
        {
          hint: `To name the owner of ${user}, or several with spaces between them, each with an address of your own in place of this one, ${ADMINISTRATOR}:`,
          command: `aws iam tag-user --user-name ${shellWord(user)} --tags Key=${shellWord(ownerTag)},Value=${SOMEBODY}`,
        },
      ];

const AFTER: Readonly<Record<string, (failure: Failure, facts: StepFacts) => DigestStep[]>> = {
  // The message names the call.
  StepPutOffError: ({ message }, facts) => [
    seesChanges(/CloudTrail \((\w+)/.exec(message)?.[1] ?? TAKES_OFF, facts),
    ...seesTags(undefined, facts),
  ],
  InvalidAddress: (_, facts) => [...seesTags(undefined, facts), ...namesOwner(facts)],
  NobodyToldError: (_, facts) => namesOwner(facts),
  UndeliverableError: (_, facts) => namesOwner(facts),
};

/** What there is to do about a failure of this user, the best first; empty where its message says all. */
export const stepsAfter = (failure: Failure, facts: StepFacts): DigestStep[] => AFTER[failure.error]?.(failure, facts) ?? [];

/** How a user's programs get new keys by themselves from now on; undefined where there is no new key. */
export function automaticFor(result: ActionResult, { user, region }: StepFacts): DigestStanza | undefined {
  const { action, outcome, secretName } = result;
  const stanza = stanzaOf(user);
  if (action !== 'rotate' || outcome !== 'done' || secretName === undefined || !stanza) return undefined;
  const command = `iam-keys credentials --init --profile ${shellWord(user)} --region ${region} --secret ${shellWord(secretName)}`;
  return { user, command, heading: stanza.heading, line: stanza.line };
}
