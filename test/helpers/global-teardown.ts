import { removeTemporaryFiles } from './temporary-files';

/** Runs once after all test files. */
export default function tearDown(): void {
  removeTemporaryFiles();
}
