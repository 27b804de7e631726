import type { Caller, Check, Context, Credentials, Decision, InternalCall, LambdaPlatform, StackPlatform } from '../kernel/contracts';
import type { Settings } from '../kernel/settings';
import type { AccountState, Principal, World } from '../kernel/world';

/** What handlers may ask of the sandbox besides its state. */
export interface Platform {
  readonly settings: Settings;
  readonly lambda: LambdaPlatform | undefined;
  readonly stacks: StackPlatform | undefined;
  /** Next number of the world's sequence. */
  next(): number;
  /** Credentials for a role's session; a session opened from another one inherits its invocation. */
  openSession(principal: Principal, expiration: Date, parent?: string): Credentials;
  /** Decides, and records nothing. */
  authorize(principal: Principal, action: string, resource: string, context?: Context): Decision;
  /** Decides about what a service does by itself, and records it. */
  perform(call: InternalCall): Decision;
  /** A service acting for one account. */
  servicePrincipal(name: string, account: string): Principal;
}

/** One API call on its way through a handler. */
export interface Call {
  world: World;
  now: Date;
  caller: Caller;
  /** The caller's account. */
  account: AccountState;
  region: string;
  platform: Platform;
}

/** One operation of a service. */
interface Operation<I, O> {
  /** True when the call changes nothing. */
  reads?: true;
  /** What policies must allow before the handler runs. */
  checks: (input: I, call: Call) => Check[];
  handle: (input: I, call: Call) => O | Promise<O>;
}

type Bytes = 'Body' | 'Payload';
/** Binary members are bytes here, whatever convenience type the SDK's client makes of them. */
type OnTheWire<T> = { [K in keyof T]: K extends Bytes ? Uint8Array : Exclude<T[K], undefined> };
type InputOf<C> = C extends new (...args: never[]) => { readonly input: infer I } ? OnTheWire<I> : never;
type OutputOf<C> = C extends new (...args: never[]) => {
  resolveMiddleware: (...args: never[]) => (...args: never[]) => Promise<{ output: infer O }>;
}
  ? { [K in keyof Omit<O, '$metadata'>]: K extends Bytes ? Uint8Array | undefined : O[K] }
  : never;
type NameOf<K> = K extends `${infer N}Command` ? N : never;
/** The shapes of every operation that an SDK client has a command for. */
export type SdkShapes<Sdk> = {
  [K in keyof Sdk as NameOf<K>]: { input: InputOf<Sdk[K]>; output: OutputOf<Sdk[K]> };
};

/** Handlers for some of a service's operations; the SDK's own types say what they get and return. */
export type Operations<S> = { [K in keyof S]?: S[K] extends { input: infer I; output: infer O } ? Operation<I, O> : never };

/** An operation whose types the wire has already seen to. */
type AnyOperation = Operation<Record<string, unknown>, Record<string, unknown>>;
/** A service's handlers by operation name. */
export type Handlers = ReadonlyMap<string, AnyOperation>;

/** Collects handlers by name; the schemas that decode the input are those that typed them. */
export function handlersOf<S>(...parts: Operations<S>[]): Handlers {
  const entries = parts.flatMap((part) => Object.entries(part) as unknown as [string, AnyOperation][]);
  return new Map(entries);
}
