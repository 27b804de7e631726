import {
  ENDED,
  merged as mergedWith,
  NOTHING,
  parseMemory,
  rememberedKeys,
  type AccountMemory,
} from '../../../../lambda/rotator/memory/account-memory';
import { daysAgo, midnightIn, NEW, OLD } from '../../../helpers/facts';
import { keyMemory, memoryOf, promise, today } from './factories';

describe('parseMemory', () => {
  it('reads what was written', () => {
    const memory = memoryOf(
      {
        [OLD]: keyMemory({
          told: { disable: promise(1, 9), delete: promise(2, 3) },
          issued: true,
          central: true,
          fetched: today,
          putOff: { times: 2, since: today, last: today },
        }),
        [NEW]: keyMemory({ active: false }),
      },
      {
        sweptTo: 'bob',
        orphans: { gone: today },
        users: { alice: { read: today, owner: 'a@b.example', exemption: { by: 'tag', exempt: false, unclear: 'no date', since: today } } },
      },
    );
    expect(parseMemory(JSON.stringify(memory))).toEqual(memory);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '<html>'],
    ['no object', '[]'],
    ['null', 'null'],
    ['another version', JSON.stringify({ ...memoryOf(), version: 2 })],
    ['no keys', JSON.stringify({ version: 1 })],
    ['a key without its user', JSON.stringify(memoryOf({ [OLD]: { ...keyMemory(), user: undefined as never } }))],
    ['a promise without a date', JSON.stringify(memoryOf({ [OLD]: keyMemory({ told: { disable: { at: today } as never } }) }))],
    ['a promise of no date', JSON.stringify(memoryOf({ [OLD]: keyMemory({ told: { disable: { at: today, on: 'soon' } } }) }))],
  ])('refuses %s', (_, text) => {
    expect(() => parseMemory(text)).toThrow();
  });
});

it('decisions know of promises, issues and fetches, and of nothing else', () => {
  const memory = memoryOf({
    [OLD]: keyMemory({ told: { disable: promise(1, 9), delete: promise(2, 3) }, putOff: { times: 9, since: today, last: today } }),
    [NEW]: keyMemory({ issued: true, central: true, storedAs: 'alice', fetched: daysAgo(3).toISOString() }),
  });
  expect(rememberedKeys(memory)).toEqual(
    new Map([
      [OLD, { told: { disable: { at: daysAgo(1), on: midnightIn(9) }, delete: { at: daysAgo(2), on: midnightIn(3) } } }],
      [NEW, { told: {}, issued: true, central: true, storedAs: 'alice', fetched: daysAgo(3) }],
    ]),
  );
});

describe('merged', () => {
  const merged = (ours: AccountMemory, theirs: AccountMemory) => mergedWith(ours, theirs, NOTHING);
  const of = (more: Parameters<typeof keyMemory>[0]) => memoryOf({ [OLD]: keyMemory(more) });

  it('keeps the keys of both', () => {
    expect(Object.keys(merged(memoryOf({ [OLD]: keyMemory() }), memoryOf({ [NEW]: keyMemory() })).keys).toSorted()).toEqual([NEW, OLD]);
  });

  it('knows the users of both', () => {
    const of = (users: object) => memoryOf(undefined, { users: users as never });
    expect(merged(of({ alice: { read: today } }), of({ alice: {}, bob: {} })).users).toEqual({ alice: { read: today }, bob: {} });
  });

  describe('since when a user is in a policy', () => {
    const since = (days: number, name = 'fast') => ({ policy: { name, since: daysAgo(days).toISOString() } });
    const of = (alice: NonNullable<AccountMemory['users']>[string] | undefined) => memoryOf({}, { users: alice ? { alice } : {} });

    it.each([
      ['one run saw them come', undefined, since(3), { read: today }, since(3)],
      ['both saw them come: the later date, so that no step comes earlier', undefined, since(5), since(3), since(3)],
      ['one run saw them leave, and another one still knew the former date', since(5), {}, since(5), {}],
      ['one run saw them leave, and forgot them', since(5), undefined, since(5), {}],
      ['both saw them leave', since(5), {}, {}, {}],
      ['one run saw them leave, and another one come back', since(5), {}, since(1), since(1)],
      ['one run saw them leave, and another one in a policy that they went to', since(5), {}, since(1, 'slow'), since(1, 'slow')],
      ['one run saw them go to another policy', since(5), since(1, 'slow'), since(5), since(1, 'slow')],
      ['neither saw anything else', since(5), since(5), since(5), since(5)],
    ])('%s', (_, before, one, other, expected) => {
      for (const [ours, theirs] of [
        [one, other],
        [other, one],
      ]) {
        expect(mergedWith(of(ours), of(theirs), of(before)).users?.['alice']?.policy).toEqual(
          (expected as Partial<ReturnType<typeof since>>).policy,
        );
      }
    });
  });

  it.each([
    ['ours', { seen: today }, {}],
    ['theirs', {}, { seen: today }],
  ])('takes what the run that saw a key last says of it: %s', (_, ours, theirs) => {
    const both = merged(of({ active: 'seen' in ours, ...ours }), of({ active: 'seen' in theirs, ...theirs }));
    expect(both.keys[OLD]).toMatchObject({ active: true, seen: today });
  });

  it.each([
    ['ours', promise(1, 9), promise(2, 8), promise(1, 9)],
    ['theirs', promise(2, 8), promise(1, 9), promise(1, 9)],
    ['the later date, though it was given first', promise(2, 9), promise(1, 8), promise(1, 9)],
    ['ours alone', promise(2, 8), undefined, promise(2, 8)],
    ['theirs alone', undefined, promise(2, 8), promise(2, 8)],
  ])('keeps the later promise, whoever saw the key last: %s', (_, ours, theirs, expected) => {
    for (const [mine, others] of [
      [today, daysAgo(3).toISOString()],
      [daysAgo(3).toISOString(), today],
    ] as const) {
      for (const step of ['disable', 'delete', 'hold'] as const) {
        const both = merged(
          of({ seen: mine, ...(ours && { told: { [step]: ours } }) }),
          of({ seen: others, ...(theirs && { told: { [step]: theirs } }) }),
        );
        expect(both.keys[OLD]?.told).toEqual({ [step]: expected });
      }
    }
  });

  it.each(['ours', 'theirs'])('a promise that ended in %s, because the key changed its state, gives no leave by the other run', (which) => {
    const ended = of({ seen: today, told: { disable: { ...promise(5, 9), at: ENDED } } });
    const given = of({ seen: today, told: { disable: promise(1, 3) } });
    const both = which === 'ours' ? merged(ended, given) : merged(given, ended);
    expect(both.keys[OLD]?.told).toEqual({ disable: { on: promise(5, 9).on, at: ENDED } });
  });

  it('keeps the promise of each step', () => {
    const both = merged(of({ told: { disable: promise(1, 9), hold: promise(3, 20) } }), of({ told: { delete: promise(2, 8) } }));
    expect(both.keys[OLD]?.told).toEqual({ disable: promise(1, 9), delete: promise(2, 8), hold: promise(3, 20) });
  });

  it.each([
    [2, 3],
    [3, 2],
  ])('keeps the higher count of %d and %d', (ours, theirs) => {
    const putOff = (times: number) => ({ putOff: { times, since: today, last: today } });
    expect(merged(of(putOff(ours)), of(putOff(theirs))).keys[OLD]?.putOff?.times).toBe(3);
    expect(merged(of({ ...putOff(2), seen: daysAgo(9).toISOString() }), of({ seen: today })).keys[OLD]?.putOff?.times).toBe(2);
  });

  it('keeps that a key was issued and fetched', () => {
    expect(merged(of({ issued: true, seen: daysAgo(9).toISOString() }), of({ fetched: today })).keys[OLD]).toMatchObject({
      issued: true,
      fetched: today,
    });
  });

  it('goes on with our sweep', () => {
    expect(merged(memoryOf({}, { sweptTo: 'b' }), memoryOf({}, { sweptTo: 'a' })).sweptTo).toBe('b');
  });
});
