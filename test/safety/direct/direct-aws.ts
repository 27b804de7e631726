import { IAMClient } from '@aws-sdk/client-iam';
import type { Clock } from '../../../sandbox/kernel/clock';
import { DroppedConnection } from '../../../sandbox/kernel/faults';
import type { Kernel } from '../../../sandbox/kernel/kernel';
import { makeClientsLight } from './light-clients';

/** One call of the product on its way to the sandbox. */
export interface DirectCall {
  service: string;
  operation: string;
  input: Record<string, unknown>;
  invocation: string;
}

/** Looks at, holds or ends calls of the product. */
export interface CallHooks {
  /** Awaited before a call takes effect. */
  before?: (call: DirectCall) => Promise<void> | void;
  after?: (call: DirectCall, answer: { output?: unknown; error?: Error }) => void;
  /** A call of a dead invocation is never made, and one under way never answered. */
  isDead?: (invocation: string) => boolean;
}

/** What every SDK client has, whatever its service. */
interface AnyClient {
  config: {
    serviceId: string;
    /** An endpoint was given: the sandbox's, which people's clients have. */
    isCustomEndpoint?: boolean;
    region(): Promise<string>;
    maxAttempts(): Promise<number>;
    credentials(): Promise<{ accessKeyId: string }>;
  };
}
interface AnyCommand {
  input: Record<string, unknown>;
  constructor: { name: string };
}
type Send = (this: AnyClient, command: AnyCommand, ...more: unknown[]) => Promise<unknown>;

const SERVICES: Readonly<Record<string, string>> = {
  IAM: 'iam',
  STS: 'sts',
  'Secrets Manager': 'secretsmanager',
  SESv2: 'ses',
  S3: 's3',
  CloudFormation: 'cloudformation',
  CloudTrail: 'cloudtrail',
  CloudWatch: 'monitoring',
  EventBridge: 'events',
  KMS: 'kms',
  Lambda: 'lambda',
  Organizations: 'organizations',
  Scheduler: 'scheduler',
  SNS: 'sns',
  SQS: 'sqs',
};

/** All clients inherit `send` from one class. */
const base = Object.getPrototypeOf(IAMClient.prototype) as { send: Send };
const CALL_MS = 40;
/** Time limit of the product's own clients: lambda/shared/clients.ts. */
const TIMEOUT_MS = 15_000;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 20_000;

/**
 * Connects the functions' SDK clients of this process with a sandbox without HTTP: faults, authorization, handlers and call log are the
 * sandbox's; attempts are counted as the SDK does, and waits move the story's clock. People's clients go on over HTTP. Gives the function
 * that disconnects them.
 */
export function connectDirectly(kernel: Kernel, clock: Clock, hooks: CallHooks): () => void {
  const { send } = base;
  base.send = function (command, ...more) {
    if (this.config.isCustomEndpoint) return send.call(this, command, ...more);
    return attempts(kernel, clock, hooks, this, command);
  };
  const makeThemWhole = makeClientsLight();
  return () => {
    makeThemWhole();
    base.send = send;
  };
}

async function attempts(kernel: Kernel, clock: Clock, hooks: CallHooks, { config }: AnyClient, command: AnyCommand): Promise<unknown> {
  const service = SERVICES[config.serviceId];
  if (service === undefined) throw new Error(`no direct connection to ${config.serviceId}`);
  const { most, region, accessKeyId } = known.get(config) ?? (await settingsOf(config));
  const operation = command.constructor.name.replace(/Command$/, '');
  for (let attempt = 1; ; attempt += 1) {
    const holder = kernel.caller(accessKeyId);
    if (!holder) throw unknownKey(service, accessKeyId, clock);
    const { principal, invocation = '' } = holder;
    const call: DirectCall = { service, operation, input: wireInput(command.input), invocation };
    await hooks.before?.(call);
    // A new key that is tried out says nothing of the invocation that tries it.
    if (invocation !== '' && hooks.isDead?.(invocation)) return never();
    clock.advance(CALL_MS);
    kernel.noteUse(accessKeyId, service, region);
    try {
      const answer = kernel.dispatch(service, operation, call.input, { principal, region, accessKeyId, invocation });
      const output = await (kernel.faults.mayDelay ? inTime(kernel, answer) : answer);
      if (invocation !== '' && hooks.isDead?.(invocation)) return await never();
      hooks.after?.(call, { output });
      return sdkOutput(output);
    } catch (thrown) {
      if (invocation !== '' && hooks.isDead?.(invocation)) return never();
      const error = sdkError(thrown, service);
      hooks.after?.(call, { error });
      if (attempt >= most || !isRetried(error)) throw error;
      clock.advance(Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), LONGEST_BACKOFF_MS));
    }
  }
}

/** As every service answers to a key that it does not know, or not yet. */
function unknownKey(service: string, accessKeyId: string, clock: Clock): Error {
  clock.advance(CALL_MS);
  const error = new Error(`${service}: the security token of ${accessKeyId} is invalid`);
  return Object.assign(error, { name: 'InvalidClientTokenId', $metadata: { httpStatusCode: 403 } });
}

interface Settings {
  most: number;
  region: string;
  accessKeyId: string;
}
/** Clients keep their settings. */
const known = new WeakMap<AnyClient['config'], Settings>();

async function settingsOf(config: AnyClient['config']): Promise<Settings> {
  const [most, region, { accessKeyId }] = await Promise.all([config.maxAttempts(), config.region(), config.credentials()]);
  const settings = { most, region, accessKeyId };
  known.set(config, settings);
  return settings;
}

/** The answer, unless it takes longer than the product's clients wait: then the call may take its effect all the same. */
function inTime<T>({ waits }: Kernel, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const callOff = waits.after(TIMEOUT_MS, () => {
      reject(new DroppedConnection(`no answer within ${TIMEOUT_MS} ms`));
    });
    void answer.then(resolve, reject).finally(callOff);
  });
}

const never = (): Promise<never> => new Promise(() => undefined);

/** Bodies are bytes on the wire. */
function wireInput(input: Record<string, unknown>): Record<string, unknown> {
  const name = typeof input['Body'] === 'string' ? 'Body' : 'Payload';
  const body = input[name];
  return typeof body === 'string' ? { ...input, [name]: Buffer.from(body) } : input;
}

/** Bodies are streams to whoever asked, and a function's answer is bytes that know their text. */
function sdkOutput(output: Record<string, unknown>): Record<string, unknown> {
  const { Body, Payload } = output;
  if (Payload instanceof Uint8Array) {
    const bytes = Buffer.from(Payload);
    return { ...output, Payload: Object.assign(bytes, { transformToString: () => bytes.toString('utf8') }) };
  }
  if (!(Body instanceof Uint8Array)) return output;
  const bytes = Buffer.from(Body);
  return {
    ...output,
    Body: { transformToString: () => Promise.resolve(bytes.toString('utf8')), transformToByteArray: () => Promise.resolve(bytes) },
  };
}

type SdkError = Error & { $metadata: { httpStatusCode?: number } };

/** An error as the SDK throws it: named by its code; without status when no answer came. */
function sdkError(thrown: unknown, service: string): SdkError {
  const { name, message, status } = thrown as { name: string; message: string; status?: number };
  if (name === 'DroppedConnection') return Object.assign(new Error(message), { name: 'TimeoutError', $metadata: {} });
  if (!(thrown instanceof Error) || thrown.constructor.name !== 'ServiceError') throw thrown;
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status ?? STATUS[`${service} ${name}`] ?? 400 } });
}

/** Codes whose status is that of the service's model. */
const STATUS: Readonly<Record<string, number>> = {
  'iam NoSuchEntityException': 404,
  'iam LimitExceededException': 409,
  'iam ServiceFailureException': 500,
  'secretsmanager InternalServiceError': 500,
};

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
function isRetried({ name, $metadata: { httpStatusCode: status } }: SdkError): boolean {
  return status === undefined || status >= 500 || status === 429 || /^Throttling|^TooManyRequests|RequestLimitExceeded|SlowDown/.test(name);
}
