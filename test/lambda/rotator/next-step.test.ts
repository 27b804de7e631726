import { nextStep } from '../../../lambda/rotator/next-step';
import { daysAgo, midnightIn, NOW, policy } from '../../helpers/facts';
import { action } from '../../helpers/results';
import { promise, today } from './memory/factories';

type Asked = Parameters<typeof nextStep>[0];
const next = (more: Partial<Asked> = {}, isNewest = true) =>
  nextStep({ active: true, created: daysAgo(30), told: undefined, actions: [], ...more }, isNewest, policy(), NOW);
const on = midnightIn(4).toISOString();

describe('what comes next for a key', () => {
  it.each<[string, Parameters<typeof action>[0], ReturnType<typeof next>]>([
    ['was rotated', { action: 'rotate', on }, { step: 'disable', on }],
    ['would be rotated', { action: 'rotate', on, outcome: 'planned' }, { step: 'rotate', on: today }],
    ['could not be rotated', { action: 'rotate', on, outcome: 'failed' }, { step: 'rotate', on: today }],
    ['was disabled', { action: 'disable', on }, { step: 'delete', on }],
    ['is left for a later run', { action: 'disable', on, outcome: 'deferred' }, { step: 'disable', on: today }],
    ['would be deleted', { action: 'delete', outcome: 'planned' }, { step: 'delete', on: today }],
    ['was announced', { action: 'notify', on }, { step: 'disable', on }],
    ['was warned of', { action: 'warn', step: 'rotate', on }, { step: 'rotate', on }],
    ['is held', { action: 'hold', on }, { step: 'disable', on }],
    ['was found inactive', { action: 'note-inactive', on }, { step: 'delete', on }],
    ['is blocked', { action: 'blocked' }, {}],
  ])('is what the run says, when it %s', (_, done, expected) => {
    expect(next({ actions: [action({ action: 'wait' }), action(done), action({ action: 'wait' })] })).toEqual(expected);
  });

  it('is the date that people were given, when the run only waits', () => {
    const told = { disable: promise(3, 7), delete: promise(3, 17) };
    expect(next({ told, actions: [action({ action: 'wait' })] })).toEqual({ step: 'disable', on: told.disable.on });
    expect(next({ told, active: false })).toEqual({ step: 'delete', on: told.delete.on });
  });

  it('is the date of the policy for the newest active key, also when what people were told is over or was of a day that has passed', () => {
    const rotate = { step: 'rotate', on: midnightIn(60).toISOString() };
    expect(next()).toEqual(rotate);
    expect(next({ told: { disable: promise(12, -2) } })).toEqual(rotate);
    expect(next({ told: { disable: { ...promise(3, 7), at: new Date(0).toISOString() } } })).toEqual(rotate);
  });

  it.each<[string, Partial<Asked>, boolean]>([
    ['an older key', {}, false],
    ['an inactive key', { active: false }, true],
    ['a key of unknown age', { created: undefined }, true],
  ])('is not known of %s of which nobody was told anything', (_, key, isNewest) => {
    expect(next(key, isNewest)).toEqual({});
  });
});
