import { GetApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { RotationError } from '../../lambda/shared/errors';
import { confirm } from '../base/ask';
import type { Output } from '../base/options';
import { print } from '../base/output';
import type { KeyApi } from './open';

/** Whether the value of a key may be written: always into a pipe or a file, on a terminal if a person says so. */
export const mayShow = async (question: string, { yes }: { yes: boolean }): Promise<boolean> =>
  !process.stdout.isTTY || (await confirm(question, { yes }));

/** Writes the value of an API key to the standard output. */
export async function showValue({ gateway }: KeyApi, client: string, keyId: string, output: Output): Promise<void> {
  const { value } = await gateway.send(new GetApiKeyCommand({ apiKey: keyId, includeValue: true }));
  if (value === undefined || value === '') throw new RotationError(`API Gateway did not say the value of the API key ${keyId}`);
  const record = { client, keyId, apiKey: value };
  await print(output, { data: record, columns: ['client', 'keyId', 'apiKey'], records: [record], text: () => value });
}

/** Says something beside the value, which has the standard output for itself. */
export const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
