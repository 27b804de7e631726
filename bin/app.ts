import { App } from 'aws-cdk-lib';
import { RotationError } from '../lambda/shared/errors';
import { CentralStack } from '../lib/central-stack';
import { addChecks } from '../lib/checks';
import { readSettings } from '../lib/settings/read';

try {
  const app = new App({ analyticsReporting: false });
  addChecks(app);
  new CentralStack(app, 'IamKeyRotation', { settings: readSettings(app.node.getAllContext() as Record<string, unknown>) });
} catch (error) {
  if (!(error instanceof RotationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
