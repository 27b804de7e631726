import { sideNamed } from '../../../lambda/rotator/follow';
import { rotatorEnvironment } from '../../../lambda/shared/environment';
import { FAST_SIDE, rotatorVariables } from '../../helpers/variables';

const environment = (...policies: object[]) =>
  rotatorEnvironment({ ...rotatorVariables(policies.length > 0 ? { POLICIES: JSON.stringify(policies) } : {}) });

it('finds the policy that a run is of', () => {
  expect(sideNamed(environment(FAST_SIDE), '1', 'fast')).toMatchObject({ name: 'fast', inTurn: true });
});

it.each<[string, object[], string]>([
  ['none at all', [], 'policy: "fast" is not one of this deployment (there is none), asked for in account 1; nothing was done'],
  [
    'others',
    [{ ...FAST_SIDE, name: 'slow' }],
    'policy: "fast" is not one of this deployment (slow), asked for in account 1; nothing was done',
  ],
  ['it elsewhere', [{ ...FAST_SIDE, accounts: ['2'] }], 'policy: "fast" does not hold in account 1; nothing was done'],
])('refuses a policy where there is %s', (_, policies, message) => {
  expect(() => sideNamed(environment(...policies), '1', 'fast')).toThrow(message);
});
