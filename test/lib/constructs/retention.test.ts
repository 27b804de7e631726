import { retentionOf } from '../../../lib/constructs/retention';
import { RETENTIONS } from '../../../lib/settings/values';

it('finds every retention that a setting may have, and no other', () => {
  expect(RETENTIONS.map(retentionOf)).toEqual(RETENTIONS);
  expect(() => retentionOf(4)).toThrow('4 days');
});
