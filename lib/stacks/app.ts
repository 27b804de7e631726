import { App } from 'aws-cdk-lib';
import { readSettings } from '../settings/read';
import { CentralStack } from './central-stack';
import { addChecks } from './checks';
import { memberOf, MemberStack } from './member-stack';
import { hasReplicaKeys, ReplicaKeyStack } from './replica-key-stack';

/** Where an app gets its context and puts its templates when the CDK's command line says neither. */
export interface AppPlace {
  context: Record<string, unknown>;
  outdir: string;
}

/** The app with every stack that its settings ask for; throws an error that names every wrong setting. */
export function makeApp(place?: AppPlace): App {
  const app = new App({ analyticsReporting: false, ...place });
  addChecks(app);
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
