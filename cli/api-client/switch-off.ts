import { UpdateApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { RotationError } from '../../lambda/shared/errors';
import type { KeyApi } from './open';

/** Switches an API key off; throws unless API Gateway says that it is. */
export async function switchOff({ gateway }: KeyApi, id: string): Promise<void> {
  const patchOperations = [{ op: 'replace', path: '/enabled', value: 'false' } as const];
  const { enabled } = await gateway.send(new UpdateApiKeyCommand({ apiKey: id, patchOperations }));
  if (enabled !== false) throw new RotationError(`API Gateway did not say that the API key ${id} is off`);
}
