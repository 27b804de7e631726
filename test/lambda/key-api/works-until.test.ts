import * as fc from 'fast-check';
import { worksUntil } from '../../../lambda/key-api/works-until';
import { difference, isOver, parsePeriod, type Period } from '../../../lambda/shared/period';

const period = (text: string): Period => parsePeriod(text)!;
const grace = (rotate: string, disable: string) => ({ rotate: period(rotate), disable: period(disable) });
const at = (text: string): Date => new Date(text);

it.each([
  ['2026-11-21T03:00:00Z', [grace('90d', '100d')], '2026-12-01T00:00:00Z'],
  ['2026-11-21T23:59:59Z', [grace('90d', '100d')], '2026-12-01T00:00:00Z'],
  ['2026-11-22T00:00:29Z', [grace('90d', '100d')], '2026-12-01T00:00:00Z'],
  ['2026-11-22T00:00:30Z', [grace('90d', '100d')], '2026-12-02T00:00:00Z'],
  ['2026-11-21T03:00:00Z', [grace('10m', '12m')], '2026-11-21T03:01:30Z'],
  ['2026-11-21T03:00:00Z', [grace('12h', '36h')], '2026-11-22T02:59:30Z'],
  ['2026-11-21T03:00:00Z', [grace('90d', '100d'), grace('10m', '19m')], '2026-11-21T03:08:30Z'],
])('a key that is current at %s is active until the shortest grace from then ends', (since, graces, until) => {
  expect(worksUntil(at(since), graces)).toEqual(at(until));
});

it('no rotation from 30 seconds before on ends its grace any earlier', () => {
  const units = fc.constantFrom<[string, string]>(['90d', '100d'], ['10m', '12m'], ['36h', '40h'], ['75d', '76d']);
  const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
  fc.assert(
    fc.property(units, moment, fc.integer({ min: -30_000, max: 10 * 86_400_000 }), ([rotate, disable], since, later) => {
      const until = worksUntil(new Date(since), [grace(rotate, disable)]);
      const superseded = new Date(since + later);
      return !isOver(difference(period(disable), period(rotate)), superseded, new Date(until.getTime() - 1));
    }),
  );
});
