import { DETAIL_TYPES, detailTypeOf, EVENT_VERSION } from '../../../lambda/bus/detail-types';
import { ACTIONS, isAction } from '../../../lambda/shared/actions';

const ACTION_NAMES = Object.keys(ACTIONS).filter(isAction);

it('are what rules on the bus match, so that no name changes without another version', () => {
  expect([EVENT_VERSION, DETAIL_TYPES]).toEqual([
    1,
    { overdue: 'access key overdue', failure: 'key rotation failed', run: 'key rotation run reported', handout: 'access key handed out' },
  ]);
  expect((['rotate', 'note-reenabled'] as const).map(detailTypeOf)).toEqual(['access key rotate', 'access key note-reenabled']);
});

it('differ for every action and from those of other events', () => {
  const all = [...ACTION_NAMES.map(detailTypeOf), ...Object.values(DETAIL_TYPES)];
  expect(new Set(all).size).toBe(ACTION_NAMES.length + 4);
});

it('are no longer than EventBridge takes', () => {
  expect(ACTION_NAMES.map(detailTypeOf).filter((name) => name.length > 128)).toEqual([]);
});
