import { App } from 'aws-cdk-lib';
import { RotationError } from '../lambda/shared/errors';
import { CentralStack } from '../lib/stacks/central-stack';
import { addChecks } from '../lib/stacks/checks';
import { memberOf, MemberStack } from '../lib/stacks/member-stack';
import { hasReplicaKeys, ReplicaKeyStack } from '../lib/stacks/replica-key-stack';
import { readSettings } from '../lib/settings/read';

try {
  const app = new App({ analyticsReporting: false });
  addChecks(app);
  const settings = readSettings(app.node.getAllContext() as Record<string, unknown>);
  new CentralStack(app, 'IamKeyRotation', { settings });
  // For the accounts that no StackSet reaches: deployed by hand, account by account.
  if (settings.deployment === 'delegated' || settings.deployment === 'list') {
    new MemberStack(app, 'IamKeyRotationMember', memberOf(settings));
  }
  // Deployed by hand into each of replicaRegions, where no other stack reaches.
  if (hasReplicaKeys(settings)) new ReplicaKeyStack(app, 'IamKeyRotationReplicaKey', settings);
} catch (error) {
  if (!(error instanceof RotationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
