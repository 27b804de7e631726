import { CreateAccessKeyCommand, type IAMClient } from '@aws-sdk/client-iam';
import type { AwsClientStub } from 'aws-sdk-client-mock';
import { NEW, NOW } from './facts';

interface SpyCall {
  args: [{ input: object }];
  thisValue: unknown;
  calledBefore(other: SpyCall): boolean;
}

interface Stub {
  calls(): SpyCall[];
}

/** One call of any mocked client, in the order of all of them. */
export interface Call {
  name: string;
  input: Record<string, unknown>;
  client: unknown;
}

/** An error as the SDK throws it for an answer of the service; without status, no answer came. */
export function awsError(name: string, status?: number, message = `${name} says no`): Error {
  return Object.assign(new Error(message), { name, $metadata: status === undefined ? {} : { httpStatusCode: status } });
}
export const noSuchEntity = (): Error => awsError('NoSuchEntityException', 404);
export const accessDenied = (): Error => awsError('AccessDenied', 403, 'not authorized');
export const timeout = (): Error => awsError('TimeoutError');

interface Sending<Input> {
  callsFake(answer: (command: { constructor: { name: string }; input: Input }) => Promise<object | undefined>): unknown;
}

/**
 * How a mocked service answers, by operation; what a test says of a command afterwards goes before. One function instead of a behaviour for
 * each command, each of which is compared with every call.
 */
export function answering<Input>(
  mock: { send: unknown },
  answers: Readonly<Record<string, (input: Input) => object>>,
  otherwise?: (input: Input) => object,
): void {
  const send = mock.send as Sending<Input>;
  send.callsFake(async ({ constructor, input }) => {
    const answer = answers[constructor.name.replace(/Command$/, '')] ?? otherwise;
    return Promise.resolve(answer?.(input));
  });
}

/** What several mocked clients were asked, in order. */
export function callsOf(...stubs: Stub[]): Call[] {
  return stubs
    .flatMap((stub) => stub.calls())
    .toSorted((a, b) => (a.calledBefore(b) ? -1 : 1))
    .map(({ args: [command], thisValue }) => ({
      name: command.constructor.name.replace(/Command$/, ''),
      input: command.input as Record<string, unknown>,
      client: thisValue,
    }));
}

/** The names of the operations called, in order. */
export const namesOf = (...stubs: Stub[]): string[] => callsOf(...stubs).map((call) => call.name);

/** The operations called that are more than reading. */
export const changesOf = (...stubs: Stub[]): string[] =>
  namesOf(...stubs).filter((name) => !/^(Get|List|Describe|GenerateCredentialReport$)/.test(name));

/** Stands for a secret access key: nothing that AWS would ever issue. */
export const SECRET = 'not-a-real-key-but-must-never-be-shown';

/** Lets IAM issue the key `NEW`. */
export function issuesKeys(iam: AwsClientStub<IAMClient>, created = NOW): void {
  iam.on(CreateAccessKeyCommand).callsFake(({ UserName }: { UserName: string }) => ({
    AccessKey: { UserName, AccessKeyId: NEW, SecretAccessKey: SECRET, Status: 'Active', CreateDate: created },
  }));
}
