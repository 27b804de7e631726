import { intentsIn, intentToken } from '../../../lambda/core/plan/key-state';
import { intentKey, INTENTS } from '../../../lambda/runs/run-keys';
import type { FaultMatch } from '../../../sandbox/kernel/faults';
import type { Account } from '../../helpers/sandbox-organization';
import type { Kit } from '../kit/kit';
import type { Combination } from './combination';
import { KINDS, wordingOf, type Kind } from './kinds';
import { secretName } from './situations';

/** One place of a run where AWS answers. */
export interface Point {
  /** `iam:TagUser`. */
  operation: string;
  /** Whose call it is; absent when the account makes it for itself. */
  victim?: string;
  /** What the victim's secret is called by, where that is a former name of theirs. */
  called?: string;
  /** Which of the victim's calls, when there are several; default the first. */
  nth?: number;
  /** What the call is for, where the operation does not say it. */
  about?: string;
  /** The calls that are meant, for calls that name no user. */
  match?: (account: Account) => Omit<FaultMatch, 'service' | 'operation'>;
  /** Whose work it may put off. Default: the victim's; for the account's own calls everyone's, and then nothing in it is changed. */
  concerns?: readonly string[] | 'everyone';
  /** What fails here is tidied up by the next run: the action is done, and its reason says what is left. */
  noted?: boolean;
  /** The call starts the account's work, so that an answer lost after its effect keeps nothing from happening. */
  starts?: boolean;
  /** What its failure comes to is made in the function's handler, which only the bundles have. */
  handled?: boolean;
  /** It hits the innocent account beside as well. */
  everywhere?: boolean;
  /** Answers that leave the user's secret closed until the key's disabling is due, which finds it so and begins the grace anew. */
  closes?: (kind: Kind) => boolean;
  /** The call is repeated only after it was throttled: a lost answer must not make a second key. */
  unrepeated?: boolean;
  /** The repeat of a call that took effect unseen says so, and the action is put off instead of done. */
  repeatTells?: boolean;
  /** There is nothing to answer with but an error, so that no answer can be lost after an effect. */
  alwaysRefused?: boolean;
  /** When it fails, Lambda repeats the whole invocation, and what is stored is the result of the repeat. */
  retold?: boolean;
  /** When it fails for good, nobody knows that people were told, and they are told again. */
  untells?: boolean;
  /** There is another way around it: it is overcome whatever is answered, and a log line with these words says so. */
  around?: RegExp;
}

/** Which calls are this user's: the user, the user's secret, one of the user's keys or the record of an intent of theirs is named. */
function callsOf({ org }: Kit, account: Account, user: string, called = user): (input: Record<string, unknown>) => boolean {
  const keys = new Set(org.user(account, user).keys.map((key) => key.id));
  const secret = secretName(account, called);
  const records = new Set(intentsIn(org.user(account, user).tags).map(([tagKey]) => intentKey(account.id, intentToken(tagKey) ?? '')));
  return (input) =>
    (typeof input['Key'] === 'string' && (records.has(input['Key']) || isRecordOf(user, input))) ||
    input['UserName'] === user ||
    input['SecretId'] === secret ||
    // Another account's secret is named by its whole ARN.
    (typeof input['SecretId'] === 'string' && input['SecretId'].includes(`:secret:${secret}-`)) ||
    input['Name'] === secret ||
    (input['UserName'] === undefined && typeof input['AccessKeyId'] === 'string' && keys.has(input['AccessKeyId']));
}

const isRecordOf = (user: string, { Key, Body }: Record<string, unknown>): boolean =>
  String(Key).startsWith(INTENTS) && Body instanceof Uint8Array && Buffer.from(Body).includes(`"user":"${user}"`);

/** The points shared out among users in the same situation, so that one run can try several. */
export function sharedOut(points: readonly Point[], alike: Readonly<Record<string, readonly string[]>>): Point[] {
  const turns = new Map<string, number>();
  return points.map((point) => {
    const users = alike[point.victim ?? ''];
    if (point.victim === undefined || !users) return point;
    const turn = turns.get(point.victim) ?? 0;
    turns.set(point.victim, turn + 1);
    return { ...point, victim: users[turn % users.length] ?? point.victim };
  });
}

/** The calls of a point. */
export function matchOf(kit: Kit, account: Account, { operation, victim, called, nth, match }: Point): FaultMatch {
  const [service = '', name = ''] = operation.split(':');
  const calls = match?.(account) ?? { principal: `:${account.id}:` };
  const mine = victim === undefined ? {} : { input: callsOf(kit, account, victim, called) };
  return { service, operation: name, ...calls, ...mine, ...(nth !== undefined && { nth }) };
}

/** A point in words. */
export function titleOf({ operation, victim, nth, about }: Point): string {
  const which = nth === undefined || about !== undefined ? '' : ` (call ${nth})`;
  return `${operation}${about === undefined ? '' : ` ${about}`}${which}${victim === undefined ? '' : ` of ${victim}`}`;
}

function expectationOf(point: Point, kind: Kind): Combination['expect'] {
  if (point.around) return 'overcome';
  if (point.unrepeated) return kind.passes && kind.throttled ? 'overcome' : 'named';
  if (kind.passes) return point.repeatTells && kind.effect !== 'none' ? 'told' : 'overcome';
  return kind.effect === 'unseen' || point.noted ? 'told' : 'named';
}

const concernsOf = ({ victim, concerns }: Point): Combination['concerns'] => concerns ?? (victim === undefined ? 'everyone' : [victim]);

/** Whatever depends on the call that failed has not happened. */
export function untouchedBy(point: Point): Pick<Combination, 'untouched'> {
  const concerned = concernsOf(point);
  if (concerned === 'everyone') return { untouched: 'everyone' };
  return point.victim === undefined ? { untouched: concerned } : {};
}

function combine(point: Point, kind: Kind): Combination {
  const wording = wordingOf(point.operation.split(':')[0] ?? '');
  return {
    operation: point.operation,
    title: `${titleOf(point)}, ${kind.name}`,
    ...(point.victim !== undefined && { victim: point.victim }),
    concerns: concernsOf(point),
    inject: (kit, account) => [
      kit.sandbox.faults.add({
        match: { ...matchOf(kit, account, point), ...(kind.times !== undefined && { times: kind.times }) },
        when: kind.when,
        then: kind.then(wording),
      }),
    ],
    expect: expectationOf(point, kind),
    shows: kind.shows(wording),
    ...(!(point.starts && kind.effect !== 'none') && untouchedBy(point)),
    ...(point.handled && !kind.passes && { handled: true }),
    ...(point.everywhere && { everywhere: true }),
    ...(point.retold && !(kind.passes && kind.effect === 'none') && { retold: true }),
    ...(kind.effect === 'late' && { slow: true }),
    ...(point.closes?.(kind) && {
      endsAs: (undisturbed: ReadonlyMap<string, string>) =>
        (undisturbed.get(point.victim ?? '') ?? '').replace('its user may read it', 'its user may not read it'),
    }),
    ...(point.untells && !kind.passes && { untold: true }),
    ...(point.around && !kind.passes && { logged: point.around }),
  };
}

/** The user is deleted just before the call. */
function vanish(point: Point & { victim: string }): Combination {
  return {
    operation: point.operation,
    title: `${titleOf(point)}, who has just been deleted`,
    victim: point.victim,
    concerns: [point.victim],
    inject: (kit, account) => [
      kit.sandbox.faults.add({
        match: { ...matchOf(kit, account, point), times: 1 },
        when: 'before',
        then: {
          kind: 'call',
          run: () => {
            kit.sandbox.people(account.id).deleteUser(point.victim);
          },
        },
      }),
    ],
    expect: 'told',
    // Secrets Manager refuses a policy that names a user who is gone, IAM to tell of the key of one.
    shows: /NoSuchEntity|cannot be found|unsupported principal|GetAccessKeyLastUsed/,
    gone: true,
  };
}

const hasVictim = (point: Point): point is Point & { victim: string } => point.victim !== undefined;

/**
 * Every kind of answer at every point, and the user's disappearance at every point that has one. What the SDK's retries overcome comes
 * first: clients that outlive an invocation have a common allowance of retries, which lasting faults use up.
 */
export function everyAnswerAt(points: readonly Point[], { vanishing = true } = {}): Combination[] {
  const combinations = (kinds: readonly Kind[]): Combination[] =>
    points.flatMap((point) => kinds.filter(({ when }) => when === 'before' || !point.alwaysRefused).map((kind) => combine(point, kind)));
  return [
    ...combinations(KINDS.filter((kind) => kind.passes)),
    ...combinations(KINDS.filter((kind) => !kind.passes)),
    ...(vanishing ? points.filter(hasVictim).map(vanish) : []),
  ];
}
