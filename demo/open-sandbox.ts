import { removeAtEnd } from '../cli/base/ending';
import { Sandbox, type SandboxOptions } from '../sandbox/sandbox';

/** Starts a sandbox whose processes and temporary files go, too, when this program is interrupted. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await Sandbox.start(options);
  removeAtEnd(() => sandbox.stop());
  return sandbox;
}
