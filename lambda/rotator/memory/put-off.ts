import type { AccessKey, UserFacts } from '../../core/plan/user-facts';
import type { UserWorked } from '../../core/rotate-user';
import type { ActionResult, Failure } from '../../runs/schemas';
import type { Action } from '../../shared/decision';
import { daysBetween } from '../../shared/period';
import type { AccountMemory, KeyMemory } from './account-memory';

/** So often a step may be put off by what people can write; from then on it is a failure by name. */
const MOST_PUT_OFF = 3;

/** What a key's action says about who put off its step, and what ends that. */
const CAUSES: Partial<Readonly<Record<Action, string>>> = {
  'note-reenabled':
    'somebody enables the key again each time it was disabled, or rewrites its tag; find out who in CloudTrail (UpdateAccessKey, TagUser)',
  'note-issued':
    'somebody takes our tags key-rotation:* off the user; where Terraform does, give its provider ignore_tags (docs/terraform.md)',
  notify:
    'what people were told is forgotten each time, because somebody takes our tags key-rotation:* off the user; where Terraform does, give its provider ignore_tags (docs/terraform.md)',
  announce:
    'the grace begins anew each time, because a tag key-rotation:* of the user is rewritten, or taken off and the key enabled again; where Terraform does, see docs/terraform.md, else find out by whom in CloudTrail (TagUser, UntagUser, UpdateAccessKey)',
  'note-inactive':
    'the recovery time begins anew each time, because somebody takes our tags key-rotation:* off the user or rewrites them; where Terraform does, give its provider ignore_tags (docs/terraform.md)',
  skip: 'a tag key-rotation:issuing:* of the user says every day that a key is being issued; find out who writes it in CloudTrail (TagUser), and remove it',
};

/**
 * Actions that put off a key's step each time, or once people had been given a date for that step; announcing that a key is disabled, also
 * when it was off before, since somebody has enabled it and taken our tag off.
 */
const PUTS_OFF: Partial<Readonly<Record<Action, 'always' | 'disable' | 'delete'>>> = {
  'note-reenabled': 'always',
  'note-issued': 'always',
  notify: 'disable',
  announce: 'disable',
  'note-inactive': 'delete',
};

/**
 * Whether this run's actions on a key put off a step that had been announced, or that a person's tag holds back. What nobody was told of,
 * because no mail was delivered, is announced anew by ourselves.
 */
function isPutOff({ action, outcome }: ActionResult, before: KeyMemory | undefined): boolean {
  const what = PUTS_OFF[action];
  if (outcome !== 'done' || what === undefined) return false;
  if (what === 'always' || (what === 'disable' && before?.active === false)) return true;
  const told = before?.told?.[what];
  return told !== undefined && !told.undelivered;
}

/** How often a key's step was put off, this run included; one day counts once. */
export function putOffBy(
  before: KeyMemory | undefined,
  facts: UserFacts,
  actions: readonly ActionResult[],
  now: Date,
): KeyMemory['putOff'] {
  const known = before?.putOff;
  const busy = facts.state.intents.some(({ until }) => until > facts.listedAt);
  if (!busy && !actions.some((action) => isPutOff(action, before))) return known;
  const at = now.toISOString();
  if (!known) return { times: 1, since: at, last: at };
  return daysBetween(new Date(known.last), now) === 0 ? known : { ...known, times: known.times + 1, last: at };
}

/** A failure for each key whose step was put off too often, the last time in this run, as the memory after the run says. */
export const putOffFailures = (memory: AccountMemory, worked: readonly UserWorked[], now: Date): Failure[] =>
  failuresOf(worked, now, ({ id }) => memory.keys[id]?.putOff);

/** The same before people are told, from the memory before the run: what a mail says of it. */
export const putOffsToTell = (before: AccountMemory, worked: readonly UserWorked[], now: Date): Failure[] =>
  failuresOf(worked, now, ({ id }, facts, actions) =>
    putOffBy(
      before.keys[id],
      facts,
      actions.filter(({ keyId }) => keyId === id),
      now,
    ),
  );

function failuresOf(
  worked: readonly UserWorked[],
  now: Date,
  putOffOf: (key: AccessKey, facts: UserFacts, actions: readonly ActionResult[]) => KeyMemory['putOff'],
): Failure[] {
  return worked.flatMap(({ result: { user, actions }, facts }) =>
    (facts?.keys ?? []).flatMap((key): Failure[] => {
      const putOff = facts && putOffOf(key, facts, actions);
      if (!putOff || putOff.times < MOST_PUT_OFF || daysBetween(new Date(putOff.last), now) !== 0) return [];
      const action = actions.find(({ keyId, action: name }) => keyId === key.id || name === 'skip')?.action;
      const cause = (action && CAUSES[action]) ?? 'find out in CloudTrail who changes the user';
      const message = `the next step of ${key.id} was put off ${putOff.times} times since ${putOff.since.slice(0, 10)}: ${cause}`;
      return [{ user, keyId: key.id, step: 'put off', error: PUT_OFF_ERROR, message }];
    }),
  );
}

/** The name of the failure. */
export const PUT_OFF_ERROR = 'StepPutOffError';
