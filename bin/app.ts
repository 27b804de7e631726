import { RotationError } from '../lambda/shared/errors';
import { rotationApp } from '../lib/rotation-app';

try {
  rotationApp();
} catch (error) {
  if (!(error instanceof RotationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
