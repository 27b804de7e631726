import { planSelf, type LastUse, type SelfFacts } from '../../../cli/credentials/self-plan';
import { DAY, START } from './person';

const ago = (days: number): string => new Date(START - days * DAY).toISOString();
const listed = (id: string, ageDays: number, status = 'Active') => ({ id, status, created: ago(ageDays) });
const CURRENT = { id: 'AKIACURRENT', secret: 's', since: ago(100) };
const facts = (more: Partial<SelfFacts> & { lastUsed?: Record<string, LastUse> } = {}): SelfFacts => ({
  state: { current: CURRENT },
  keys: [listed('AKIACURRENT', 100)],
  secret: { says: 'unclear' },
  now: START,
  policy: { deactivateAfterMs: DAY, deleteAfterMs: 10 * DAY },
  ...more,
  lastUse: new Map(Object.entries(more.lastUsed ?? {})),
});
const two = (other: ReturnType<typeof listed>, more: Partial<SelfFacts> & { lastUsed?: Record<string, LastUse> } = {}) =>
  facts({ keys: [listed('AKIACURRENT', 100), other], secret: { says: 'nothing' }, ...more });
const retiring = (one: { since: string; inactiveSince?: string }, status: string, lastUsed: LastUse = { used: ago(5) }) =>
  facts({
    state: { current: CURRENT, retiring: [{ id: 'AKIAOLD', ...one }] },
    keys: [listed('AKIACURRENT', 1), listed('AKIAOLD', 100, status)],
    lastUsed: { AKIAOLD: lastUsed },
  });
const intent = { at: ago(1), before: ['AKIACURRENT'] };

it.each<[string, SelfFacts, object]>([
  ['one key: a new one is made', facts(), { step: 'create' }],
  ['one key that is young enough', facts({ policy: { deactivateAfterMs: 0, deleteAfterMs: 0, olderThanMs: 101 * DAY } }), { step: 'wait' }],
  ['one key that the service has stored', facts({ secret: { says: 'the key in use', holds: 'AKIACURRENT' } }), { step: 'refuse' }],
  [
    'a key that was made and not yet put to use',
    facts({ state: { current: CURRENT, next: { ...CURRENT, id: 'AKIANEXT' } } }),
    { step: 'take up' },
  ],

  [
    'a lost key',
    two(listed('AKIALOST', 1), { state: { current: CURRENT, intents: [intent] }, lastUsed: { AKIALOST: 'never' } }),
    { step: 'remove lost', id: 'AKIALOST' },
  ],
  [
    'one that somebody used is nobody’s loss',
    two(listed('AKIALOST', 1), { state: { current: CURRENT, intents: [intent] }, lastUsed: { AKIALOST: { used: ago(1) } } }),
    { step: 'refuse' },
  ],
  ['nor one whose use is unknown', two(listed('AKIALOST', 1), { state: { current: CURRENT, intents: [intent] } }), { step: 'refuse' }],
  [
    'nor one that was there before',
    two(listed('AKIALOST', 1), {
      state: { current: CURRENT, intents: [{ ...intent, before: ['AKIALOST'] }] },
      lastUsed: { AKIALOST: 'never' },
    }),
    { step: 'refuse' },
  ],
  [
    'nor one of another day',
    two(listed('AKIALOST', 2), { state: { current: CURRENT, intents: [intent] }, lastUsed: { AKIALOST: 'never' } }),
    { step: 'refuse' },
  ],
  [
    'nor the key before, whose secret we have',
    two(listed('AKIALOST', 1), {
      state: { current: CURRENT, previous: { ...CURRENT, id: 'AKIALOST' }, intents: [intent] },
      lastUsed: { AKIALOST: 'never' },
    }),
    { step: 'refuse' },
  ],

  ['an old key on its first day', retiring({ since: ago(0.5) }, 'Active'), { step: 'wait' }],
  ['an old key whose time is over', retiring({ since: ago(1) }, 'Active'), { step: 'deactivate', id: 'AKIAOLD' }],
  ['one that a program still uses', retiring({ since: ago(5) }, 'Active', { used: ago(0.1) }), { step: 'wait' }],
  ['one of which AWS does not say when it was used', retiring({ since: ago(5) }, 'Active', 'unknown'), { step: 'wait' }],
  [
    'one that was deactivated by somebody, or by a start that was killed',
    retiring({ since: ago(5) }, 'Inactive'),
    { step: 'note inactive', id: 'AKIAOLD' },
  ],
  ['an inactive one that is kept', retiring({ since: ago(9), inactiveSince: ago(8) }, 'Inactive'), { step: 'wait' }],
  [
    'an inactive one whose time is over',
    retiring({ since: ago(19), inactiveSince: ago(10) }, 'Inactive'),
    { step: 'delete', id: 'AKIAOLD' },
  ],
  [
    'one that was enabled again is not deleted',
    retiring({ since: ago(19), inactiveSince: ago(18) }, 'Active'),
    { step: 'note re-enabled', id: 'AKIAOLD' },
  ],
  ['one that a late list still shows as active', retiring({ since: ago(9), inactiveSince: ago(0.02) }, 'Active'), { step: 'wait' }],
  [
    'one that is gone',
    facts({ state: { current: CURRENT, retiring: [{ id: 'AKIAOLD', since: ago(9) }] } }),
    { step: 'forget', id: 'AKIAOLD' },
  ],
  [
    'one that is in use again',
    facts({ state: { current: CURRENT, retiring: [{ id: 'AKIACURRENT', since: ago(9), inactiveSince: ago(99) }] } }),
    { step: 'forget', id: 'AKIACURRENT' },
  ],

  ['a second key in use', two(listed('AKIAOTHER', 200), { lastUsed: { AKIAOTHER: { used: ago(89) } } }), { step: 'refuse' }],
  ['a second key that may be in use', two(listed('AKIAOTHER', 200)), { step: 'refuse' }],
  [
    'an unused second key is offered',
    two(listed('AKIAOTHER', 200), { lastUsed: { AKIAOTHER: { used: ago(90) } } }),
    { step: 'refuse', why: expect.stringContaining('--remove AKIAOTHER') as string },
  ],
  [
    'and deactivated when that is wanted',
    two(listed('AKIAOTHER', 200), {
      lastUsed: { AKIAOTHER: 'never' },
      policy: { deactivateAfterMs: 0, deleteAfterMs: 0, remove: 'AKIAOTHER' },
    }),
    { step: 'deactivate', id: 'AKIAOTHER' },
  ],
  [
    'an inactive one is deleted when that is wanted',
    two(listed('AKIAOTHER', 200, 'Inactive'), { policy: { deactivateAfterMs: 0, deleteAfterMs: 0, remove: 'AKIAOTHER' } }),
    { step: 'delete', id: 'AKIAOTHER' },
  ],
  [
    'the key in use is not, whoever asks',
    facts({ policy: { deactivateAfterMs: 0, deleteAfterMs: 0, remove: 'AKIACURRENT' } }),
    { step: 'create' },
  ],
])('%s', (_, given, step) => {
  expect(planSelf(given)).toMatchObject(step);
});

it('never removes, nor offers, what is or may be the successor that the service stored', () => {
  const wanted = { deactivateAfterMs: 0, deleteAfterMs: 0, remove: 'AKIAOTHER' };
  for (const policy of [facts().policy, wanted]) {
    for (const status of ['Active', 'Inactive']) {
      const mayBe = planSelf(
        two(listed('AKIAOTHER', 99, status), { secret: { says: 'unclear' }, lastUsed: { AKIAOTHER: 'never' }, policy }),
      );
      const isOne = planSelf(
        two(listed('AKIAOTHER', 200, status), {
          secret: { says: 'an older key', holds: 'AKIAOTHER' },
          lastUsed: { AKIAOTHER: 'never' },
          policy,
        }),
      );
      for (const step of [mayBe, isOne]) {
        expect(step.step).toBe('refuse');
        expect(JSON.stringify(step)).not.toContain('--remove');
      }
    }
  }
});
