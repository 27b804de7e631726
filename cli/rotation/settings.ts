import { rotatorEnvironment, type RotatorEnvironment } from '../../lambda/shared/environment';
import { readSettings } from '../../lib/settings/read';
import { rotatorVariables } from '../../lib/settings/variables';
import type { GivenSettings } from './options';

/** Nothing is sent or done, but every deployment has a sender. */
const UNLESS_GIVEN = { sender: 'nobody@example.com', dryRun: false };

/** What the rotator would be told with these settings, and the defaults of those that are not given; throws one error that names every mistake. */
export const environmentWith = (given: GivenSettings): RotatorEnvironment =>
  rotatorEnvironment({ ...rotatorVariables(readSettings({ ...UNLESS_GIVEN, ...given }), { resultsBucket: '' }) });
