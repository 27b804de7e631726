import { App, type AppProps } from 'aws-cdk-lib';
import { CentralStack } from './central-stack';
import { memberOf, MemberStack } from './member-stack';
import { hasReplicaKeys, ReplicaKeyStack } from './replica-key-stack';
import { readSettings } from '../settings/read';

/** The app with the stacks that its settings ask for, not yet synthesized; throws a RotationError that names every wrong setting. */
export function rotationApp(props: AppProps = {}): App {
  const app = new App({ ...props, analyticsReporting: false });
  const settings = readSettings(app.node.getAllContext() as Record<string, unknown>);
  new CentralStack(app, 'IamKeyRotation', { settings });
  // For the accounts that no StackSet reaches: deployed by hand, account by account.
  if (settings.deployment === 'delegated' || settings.deployment === 'list') {
    new MemberStack(app, 'IamKeyRotationMember', memberOf(settings));
  }
  // Deployed by hand into each of replicaRegions, where no other stack reaches.
  if (hasReplicaKeys(settings)) new ReplicaKeyStack(app, 'IamKeyRotationReplicaKey', settings);
  return app;
}
