import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';

/** One call, before it is answered. */
export interface Asked {
  operation: string;
  input: Record<string, unknown>;
}

/** Answers a call in place of the mocked service, or throws in its place; undefined lets the service answer. */
type Hook = (asked: Asked) => object | undefined;

interface Command {
  input: Record<string, unknown>;
}
interface Prototype {
  send: (this: unknown, command: Command, ...rest: unknown[]) => Promise<unknown>;
}

const CLIENTS = [IAMClient, SecretsManagerClient, SESv2Client].map((client) => client.prototype as unknown as Prototype);

/** Stands before the mocked clients of an account until the test is over: it sees every call, and may answer it or let time pass in it. */
export function intercept(hook: Hook): void {
  for (const client of CLIENTS) {
    const { send } = client;
    jest.spyOn(client, 'send').mockImplementation(function (this: unknown, command, ...rest) {
      const operation = command.constructor.name.replace(/Command$/, '');
      return new Promise((answer) => {
        answer(hook({ operation, input: command.input }) ?? send.call(this, command, ...rest));
      });
    });
  }
}
