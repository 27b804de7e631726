import { MANAGEMENT, START } from '../story/organization';
import { openSandbox } from '../open-sandbox';
import type { Controls } from './controls';
import { openControls } from './open-controls';

/**
 * Starts the demonstration's organization on a port, deploys the assembly that is prepared meanwhile, and opens the controls; throws when
 * the port is taken.
 */
export async function serve({ port, assembly }: { port: number; assembly: () => Promise<string> }): Promise<Controls> {
  const sandbox = await openSandbox({ now: START, managementAccount: MANAGEMENT, port }).catch((error: unknown) => {
    throw readable(error, port);
  });
  try {
    return await openControls(sandbox, assembly);
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

function readable(cause: unknown, port: number): unknown {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') {
    return new Error(`port ${port} is in use, perhaps by another sandbox; choose another with --port, or --port 0 for any free one`, {
      cause,
    });
  }
  if (code === 'EACCES') return new Error(`port ${port} may not be used; choose one above 1023 with --port`, { cause });
  return cause;
}
