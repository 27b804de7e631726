import { CLOSED, letsRead, policyFor } from '../../../../lambda/core/store/secret-policy';

const ALICE = 'arn:aws:iam::222233334444:user/team/alice';

describe('whether a policy lets a user read', () => {
  it.each<[string, object, boolean]>([
    ['the user alone', policyFor(ALICE), true],
    ['the user, and break-glass roles of other settings', policyFor(ALICE, { breakGlass: ['Admin*'] }), true],
    ['the user, in the central store', policyFor(ALICE, { key: 'arn:aws:kms:eu-west-1:111122223333:key/k', breakGlass: ['x'] }), true],
    ['another user', policyFor(ALICE.replace('alice', 'bob')), false],
    ['another user, and break-glass roles', policyFor(ALICE.replace('alice', 'bob'), { breakGlass: ['Admin*'] }), false],
    ['the user under another path', policyFor('arn:aws:iam::222233334444:user/alice'), false],
    ['nobody yet', CLOSED, false],
  ])('%s', (_, policy, reads) => {
    expect(letsRead(JSON.stringify(policy), ALICE)).toBe(reads);
  });
});
