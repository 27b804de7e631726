import { policyRunsMetric } from '../../../lambda/shared/names';

it('counts the runs of each policy by its name, and none as the deployment’s own', () => {
  expect(policyRunsMetric('fast')).toBe('AccountsDispatchedFor-fast');
});
