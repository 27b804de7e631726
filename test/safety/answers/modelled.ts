import type { Account } from '../../helpers/sandbox-organization';
import type { Kit } from '../kit/kit';
import type { Combination, Expectation } from './combination';
import { KINDS, wordingOf } from './kinds';
import { matchOf, titleOf, untouchedBy, type Point } from './points';

/** What differs from a lasting answer that a failure names. */
type Particulars = Partial<Pick<Combination, 'concerns' | 'gone' | 'logged' | 'repair' | 'endsAs' | 'everywhere' | 'retold'>> & {
  expect?: Expectation;
  shows?: RegExp;
  times?: number;
  status?: number;
};

function combination(point: Point, what: string, inject: Combination['inject'], shows: RegExp, more: Particulars): Combination {
  const { victim, operation } = point;
  return {
    operation,
    title: `${titleOf(point)}, ${what}`,
    ...(victim !== undefined && { victim }),
    concerns: more.concerns ?? point.concerns ?? (victim === undefined ? 'everyone' : [victim]),
    inject,
    expect: more.expect ?? (point.noted ? 'told' : 'named'),
    shows: more.shows ?? shows,
    ...(more.gone && { gone: true }),
    ...untouchedBy(point),
    ...(point.untells && more.expect !== 'overcome' && { untold: true }),
    ...(point.handled && { handled: true }),
    ...(more.everywhere && { everywhere: true }),
    ...(more.retold && { retold: true }),
    ...(more.logged && { logged: more.logged }),
    ...(more.repair && { repair: more.repair }),
    ...(more.endsAs && { endsAs: more.endsAs }),
  };
}

/** An error of the operation's own model, for good or so many times. */
export function refused(point: Point, code: string, more: Particulars = {}): Combination {
  const { times, status = 400 } = more;
  const inject: Combination['inject'] = (kit, account) => [
    kit.sandbox.faults.add({
      match: { ...matchOf(kit, account, point), ...(times !== undefined && { times }) },
      when: 'before',
      then: { kind: 'error', code, status },
    }),
  ];
  return combination(
    point,
    `${code}${times === undefined ? ' for good' : times === 1 ? ' once' : ` ${times} times`}`,
    inject,
    new RegExp(code),
    more,
  );
}

/** Something that people do just before the call, so that AWS itself refuses it. */
export function meanwhile(
  point: Point,
  what: string,
  happens: (kit: Kit, account: Account) => void,
  shows: RegExp,
  more: Particulars = {},
): Combination {
  const inject: Combination['inject'] = (kit, account) => [
    kit.sandbox.faults.add({
      match: { ...matchOf(kit, account, point), times: 1 },
      when: 'before',
      then: {
        kind: 'call',
        run: () => {
          happens(kit, account);
        },
      },
    }),
  ];
  return combination(point, what, inject, shows, more);
}

/** A call that is refused for good, and every kind of answer to the call by which the product then tidies up. */
export function refusedTwice(first: Point, second: Point): Combination[] {
  const refusal = wordingOf(first.operation.split(':')[0] ?? '').denied;
  const wording = wordingOf(second.operation.split(':')[0] ?? '');
  return KINDS.map((kind) => {
    const inject: Combination['inject'] = (kit, account) => [
      kit.sandbox.faults.add({ match: matchOf(kit, account, first), when: 'before', then: { kind: 'error', ...refusal } }),
      kit.sandbox.faults.add({
        match: { ...matchOf(kit, account, second), ...(kind.times !== undefined && { times: kind.times }) },
        when: kind.when,
        then: kind.then(wording),
      }),
    ];
    const shows = new RegExp(`${refusal.code}|${kind.shows(wording).source}`);
    return {
      ...combination(second, `${kind.name}, after ${titleOf(first)} was denied`, inject, shows, { expect: 'named' }),
      ...(kind.effect === 'late' && { slow: true }),
    };
  });
}
