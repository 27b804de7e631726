import { RotationError } from '../lambda/shared/errors';
import { rotationApp } from '../lib/stacks/rotation-app';
import { addChecks } from '../lib/stacks/checks';

try {
  addChecks(rotationApp());
} catch (error) {
  if (!(error instanceof RotationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
