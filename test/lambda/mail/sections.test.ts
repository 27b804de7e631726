import { SECTION_ORDER, wording } from '../../../lambda/mail/sections';
import { ACTIONS, isAction, isPeopleAction } from '../../../lambda/shared/actions';
import type { Action } from '../../../lambda/shared/decision';

it.each<Action>(['wait', 'skip', 'forget', 'blocked'])('%s has no section of its own', (action) => {
  expect(isPeopleAction(action)).toBe(false);
});

it('every change that people must hear about has a section', () => {
  for (const action of Object.keys(ACTIONS).filter(isAction)) {
    const { mutates, label, section } = ACTIONS[action];
    if (mutates && label !== undefined && section !== 'attention') expect(SECTION_ORDER).toContain(action);
  }
  const others = SECTION_ORDER.filter((kind) => !isAction(kind) || !isPeopleAction(kind));
  expect(others).toEqual(['attention', 'warn-disable', 'warn-delete', 'warn-rotate', 'policy-day']);
});

it('shows first what needs attention', () => {
  expect(SECTION_ORDER[0]).toBe('attention');
  expect(new Set(SECTION_ORDER).size).toBe(SECTION_ORDER.length);
});

it.each([
  ['disable', 'outage', 'Disabled, and in use until then'],
  ['warn-disable', 'last-day', 'Last day: change over now'],
  ['announce', 'last-day', 'Last day: switch to the new key'],
  ['disable', 'info', 'Disabled'],
] as const)('calls %s, %s: %s', (kind, level, title) => {
  expect(wording(kind, false, level).title).toBe(title);
});

it('says that nothing has happened only of keys to which nothing has', () => {
  const saying = SECTION_ORDER.filter((kind) => wording(kind, false).intro.includes('Nothing has happened'));
  expect(saying).toEqual(['warn-rotate']);
});

describe.each(SECTION_ORDER)('%s', (kind) => {
  it('has its own words for what happened and for what would', () => {
    const [happened, would] = [wording(kind, false), wording(kind, true)];
    for (const { title, intro } of [happened, would]) expect([title, intro]).not.toContain('');
    const others = SECTION_ORDER.filter((other) => other !== kind).map((other) => wording(other, true).title);
    expect(others).not.toContain(would.title);
  });

  it('counts one and many', () => {
    for (const dryRun of [false, true]) {
      const { counted } = wording(kind, dryRun);
      expect(counted(1)).toMatch(/^1 /);
      expect(counted(1200)).toMatch(/^1,200 /);
    }
  });
});

it.each(['rotate', 'disable', 'delete'] as const)('in DryRun nothing is said to have been done: %s', (kind) => {
  expect(wording(kind, true).title).toMatch(/^Would be |^Would get /);
  expect(wording(kind, false).title).not.toMatch(/[Ww]ould/);
});
