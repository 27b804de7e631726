import { RotationError } from '../lambda/shared/errors';
import { makeApp } from '../lib/stacks/app';

try {
  makeApp();
} catch (error) {
  if (!(error instanceof RotationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
