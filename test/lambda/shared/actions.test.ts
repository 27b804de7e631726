import { ACTIONS, isAction, isBlocking, isPeopleAction, promisedBy } from '../../../lambda/shared/actions';

const all = Object.keys(ACTIONS).filter(isAction);

it('knows its actions by name, and none that an object has by nature', () => {
  expect(all).toHaveLength(Object.keys(ACTIONS).length);
  for (const name of ['celebrate', 'toString', '__proto__', '']) expect(isAction(name)).toBe(false);
});

it('tells people of every action that has a section of its own, and of no other', () => {
  for (const action of all) expect(isPeopleAction(action)).toBe(ACTIONS[action].section === 'own');
});

it.each([
  ['rotate', 'disable'],
  ['notify', 'disable'],
  ['announce', 'disable'],
  ['follow-rename', 'disable'],
  ['note-reenabled', 'disable'],
  ['disable', 'delete'],
  ['note-inactive', 'delete'],
  ['hold', 'hold'],
  ['delete', undefined],
  ['wait', undefined],
] as const)('the date in "%s" is a promise of: %s', (action, step) => {
  expect(promisedBy({ action })).toBe(step);
});

it.each([
  ['rotate', undefined],
  ['disable', 'disable'],
  ['delete', 'delete'],
] as const)('a warning of "%s" promises %s', (step, promised) => {
  expect(promisedBy({ action: 'warn', step })).toBe(promised);
});

it.each([
  ['blocked', true],
  ['wait-for-replica', true],
  ['wait', false],
  ['rotate', false],
  ['celebrate', false],
])('says of "%s", also from a result of another version, whether its step is blocked: %s', (name, blocks) => {
  expect(isBlocking(name)).toBe(blocks);
});

it('puts what blocks a step among what needs attention, and counts it', () => {
  for (const action of all.filter((one) => ACTIONS[one].blocks)) {
    expect(ACTIONS[action]).toMatchObject({ section: 'attention', metric: 'KeysBlocked', event: true, logged: true });
  }
});
