import { setTimeout as wait } from 'node:timers/promises';
import { authorize } from '../authorize/authorize';
import { accountOf, startRecord } from './call-log';
import { Clock } from './clock';
import type {
  Caller,
  Check,
  Context,
  Credentials,
  Decision,
  Holder,
  InternalCall,
  LambdaPlatform,
  StackPlatform,
  RouteHandler,
} from './contracts';
import { copy } from './copy';
import { DroppedConnection, Faults, type FaultTarget } from './faults';
import { canBeLate, changedBy, keptMs, lateness } from './lag';
import { findAccessKey } from './lookup';
import { newWorld, type WorldOptions } from './new-world';
import { asOf, isNewKey, remember } from './past';
import { ServiceError } from './service-error';
import { wholeSeconds } from '../services/iam/access-keys';
import { assumeRoleChecks, chainedSeconds, refuseUserSession, sessionPrincipal } from '../services/sts/sessions';
import { services } from '../services/registry';
import type { ObservedCall, Observer } from './observe';
import type { Call, Platform } from '../services/service';
import { noteCall } from './trail';
import { Sessions } from './sessions';
import { defaultSettings } from './settings';
import { Waits } from './waits';
import type { AccountState, CallRecord, Principal, Thing, World } from './world';

export type { Caller, Check, Context, Credentials, Decision, Holder, InternalCall, LambdaPlatform, RouteHandler } from './contracts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access-keys_last-used.html */
const useGranularityMs = 15 * 60_000;

/** What a sandbox starts with. */
export interface KernelOptions extends WorldOptions {
  /** The region of things that have none of their own in a call; default eu-west-1. */
  region?: string;
  /** False: time stands still but for what calls and waits take; default true. */
  clockRuns?: boolean;
}

/** A local AWS: state, time, identities, authorization and the call log, without a network. */
export class Kernel implements Platform {
  readonly region: string;
  readonly clock: Clock;
  /** Waiting in the sandbox's time; for a clock that does not run. */
  readonly waits: Waits;
  readonly faults = new Faults();
  /** Look at every authorized call just before and just after it takes effect. */
  readonly observers = new Set<Observer>();
  readonly settings = defaultSettings();
  /** Every call, in order; `calls.length = 0` empties it. */
  readonly calls: CallRecord[] = [];
  /** Path prefix such as `/_sandbox/` → handler of everything below it, without signature. */
  readonly routes = new Map<string, RouteHandler>();
  /** Runs functions; set by the part that can. */
  lambda: LambdaPlatform | undefined;
  stacks: StackPlatform | undefined;
  /** Added to every call over HTTP, in milliseconds. */
  latencyMs = 0;
  private readonly sessions: Sessions;
  private state: World;

  constructor(options: KernelOptions) {
    this.region = options.region ?? 'eu-west-1';
    this.clock = new Clock(options.now, options.clockRuns);
    this.waits = new Waits(this.clock);
    this.sessions = new Sessions(this.clock);
    this.state = newWorld(options);
  }

  /** The state; `restore` replaces it, so read it anew. */
  get world(): World {
    return this.state;
  }

  /** An account's state; throws when there is no such account. */
  account(id: string): AccountState {
    const account = this.state.accounts.get(id);
    if (!account) throw new Error(`account ${id} does not exist in the sandbox`);
    return account;
  }

  /** Next number of the world's sequence, from which ids are made. */
  next(): number {
    this.state.sequence += 1;
    return this.state.sequence;
  }

  /** A deep copy of the state; sessions, clock and call log are not part of it. */
  snapshot(): World {
    return copy(this.state);
  }

  /** Goes back to a snapshot, which stays as it is. */
  restore(world: World): void {
    this.state = copy(world);
  }

  /** A service acting for one account, for example `scheduler.amazonaws.com`. */
  servicePrincipal(name: string, account: string): Principal {
    return { kind: 'service', account, arn: name, name, userId: name };
  }

  /** A role's session, whatever its trust policy says; throws when the role does not exist. */
  rolePrincipal(roleArn: string, sessionName: string): Principal {
    return sessionPrincipal(this.state, roleArn, sessionName);
  }

  /**
   * Credentials of a function's role that never expire and survive `restore`; calls made with them, and with sessions they open, carry the
   * label.
   */
  functionCredentials(roleArn: string, invocationLabel: string, sessionName = invocationLabel, functionArn?: string): Credentials {
    const principal = this.rolePrincipal(roleArn, sessionName);
    if (principal.session && functionArn !== undefined) principal.session.functionArn = functionArn;
    return this.sessions.create(principal, { invocation: invocationLabel });
  }

  /** Changes the label of function credentials: the invocation that a warm process works on now. */
  relabel(accessKeyId: string, invocationLabel: string | undefined): void {
    this.sessions.relabel(accessKeyId, invocationLabel);
  }

  /** Credentials of a session that ends at a time of the sandbox's clock. */
  openSession(principal: Principal, expiration: Date, parent?: string): Credentials {
    return this.sessions.create(principal, { expiration, ...(parent !== undefined && { parent }) });
  }

  /** Assumes a role for one hour as STS would, recorded; throws ServiceError AccessDenied when policies refuse. */
  assumeRole(
    caller: Caller,
    roleArn: string,
    sessionName: string,
    context: Context = {},
  ): { principal: Principal; credentials: Credentials } {
    const checks = assumeRoleChecks(this.state, { RoleArn: roleArn, RoleSessionName: sessionName }, context);
    const input = { RoleArn: roleArn, RoleSessionName: sessionName };
    const decision = this.perform({ ...caller, service: 'sts', operation: 'AssumeRole', checks, input, mutating: false });
    if (!decision.allowed) throw new ServiceError('AccessDenied', decision.message, 403);
    const principal = this.rolePrincipal(roleArn, sessionName);
    const expiration = new Date(this.clock.now().getTime() + chainedSeconds * 1000);
    return { principal, credentials: this.openSession(principal, expiration, caller.accessKeyId) };
  }

  /** Keeps how a thing is, just before it changes, for reads that may be late; does nothing while none may. */
  remember(thing: Thing): void {
    const { lag } = this.settings;
    if (lag) remember(this.state, thing, this.clock.now(), keptMs(lag));
  }

  /** Who holds an access key; undefined when nobody does, the key is not active, or it is not known yet. */
  caller(accessKeyId: string): Holder | undefined {
    const session = this.sessions.find(accessKeyId);
    if (session) return session;
    const found = findAccessKey(this.state, accessKeyId);
    if (found?.key.status !== 'Active') return undefined;
    const { account, user, key } = found;
    const { newKeyMs = 0 } = this.settings.lag ?? {};
    if (newKeyMs > 0 && isNewKey(this.state, account.id, user, key.id, new Date(this.clock.now().getTime() - newKeyMs))) return undefined;
    return { principal: { kind: 'user', account: account.id, arn: user.arn, name: user.name, userId: user.id }, secret: key.secret };
  }

  /** Remembers that a user's key was used, as IAM does: the first use in 15 minutes, the latest service and region. */
  noteUse(accessKeyId: string, service: string, region: string): void {
    const key = accessKeyId.startsWith('AKIA') ? findAccessKey(this.state, accessKeyId)?.key : undefined;
    const now = this.clock.now();
    if (!key || (key.lastUsed && now.getTime() - key.lastUsed.at.getTime() < useGranularityMs)) return;
    key.lastUsed = { at: wholeSeconds(now), service, region };
  }

  /** Decides, and records nothing. */
  authorize(principal: Principal, action: string, resource: string, context?: Context): Decision {
    return this.decide(principal, { action, resource, ...(context && { context }) });
  }

  /** Decides about every check and records the call, denied or not. */
  perform({ principal, service, operation, checks, input = {}, mutating, invocation }: InternalCall): Decision {
    const caller: Caller = { principal, region: this.region, ...(invocation !== undefined && { invocation }) };
    const record = startRecord(this.calls, this.clock.now(), service, operation, caller, input);
    record.mutating = mutating;
    const decision = this.evaluate(record, checks, caller);
    record.outcome = decision.allowed ? 'ok' : 'AccessDenied';
    return decision;
  }

  /**
   * Makes one API call as an authenticated caller: faults, authorization, handler, call log. Throws ServiceError, or DroppedConnection by a
   * fault.
   */
  async dispatch(service: string, operation: string, input: Record<string, unknown>, caller: Caller): Promise<Record<string, unknown>> {
    const record = startRecord(this.calls, this.clock.now(), service, operation, caller, input);
    record.mutating = services.get(service)?.handlers.get(operation)?.reads !== true;
    const target: FaultTarget = { service, operation, principal: caller.principal, input };
    try {
      await this.applyFaults('before', target);
      const { seen, output } = await this.noted(record, caller, () => this.run(record, service, operation, input, caller));
      await this.applyFaults('after', target);
      for (const observer of this.observers) observer.answered?.(seen);
      record.outcome = 'ok';
      return output;
    } catch (error) {
      record.outcome = error instanceof Error ? error.name : String(error);
      throw error;
    }
  }

  /** Keeps what a user's key was used for, whatever the call was answered. */
  private async noted<T>({ service, operation, mutating }: CallRecord, caller: Caller, call: () => Promise<T>): Promise<T> {
    const { principal, region, accessKeyId = '', from = { address: 'AWS Internal', agent: '' } } = caller;
    const note = (error?: string): void => {
      if (!accessKeyId.startsWith('AKIA') || principal.kind !== 'user') return;
      const at = wholeSeconds(this.clock.now());
      noteCall(this.account(principal.account), principal, accessKeyId, {
        at,
        service,
        operation,
        region,
        reads: !mutating,
        ...from,
        error,
      });
    };
    try {
      const answer = await call();
      note();
      return answer;
    } catch (error) {
      if (error instanceof ServiceError) note(error.name);
      throw error;
    }
  }

  private async run(
    record: CallRecord,
    service: string,
    name: string,
    input: Record<string, unknown>,
    caller: Caller,
  ): Promise<{ seen: ObservedCall; output: Record<string, unknown> }> {
    const definition = services.get(service);
    const operation = definition?.handlers.get(name);
    if (!definition || !operation) throw new ServiceError('NotImplemented', `the sandbox does not emulate ${service}:${name}`, 501);
    refuseMissing(definition.model.operations.get(name)?.required ?? [], input, definition.invalid);
    const { principal, region } = caller;
    refuseUserSession(principal, service, name);
    const call = { world: this.state, now: this.clock.now(), caller, account: this.account(principal.account), region, platform: this };
    const decision = this.evaluate(record, operation.checks(input, call), caller);
    if (!decision.allowed) throw new ServiceError(definition.denied.code, decision.message, definition.denied.status);
    const seen: ObservedCall = { service, operation: name, input, caller, account: record.account, mutating: record.mutating };
    for (const observer of this.observers) observer.before?.(seen);
    if (this.settings.lag && record.mutating) for (const thing of changedBy(service, input, call)) this.remember(thing);
    const output = await operation.handle(input, this.late(call, service, name));
    for (const observer of this.observers) observer.after?.(seen, output);
    return { seen, output };
  }

  /** The call as a late replica sees it; most see the present. */
  private late(call: Call, service: string, operation: string): Call {
    const { lag } = this.settings;
    if (!lag || !canBeLate(service, operation)) return call;
    this.state.reads += 1;
    const ms = lateness(lag, service, operation, this.state.reads);
    if (ms === 0) return call;
    const world = asOf(this.state, new Date(call.now.getTime() - ms));
    return { ...call, world, account: world.accounts.get(call.account.id) ?? call.account };
  }

  private evaluate(record: CallRecord, checks: readonly Check[], caller: Caller): Decision {
    record.account = accountOf(this.state, checks, caller);
    let refused: Decision | undefined;
    for (const check of checks) {
      const decision = this.decide(caller.principal, check);
      record.authorized.push({ action: check.action, resource: check.resource, allowed: decision.allowed });
      if (!decision.allowed) refused ??= decision;
    }
    return refused ?? { allowed: true, message: '' };
  }

  private decide(principal: Principal, check: Check): Decision {
    return authorize(this.state, principal, check, this.clock.now());
  }

  /** Waits in real time or, where the clock does not run, in the sandbox's. */
  async pass(ms: number): Promise<void> {
    await (this.clock.runs ? wait(ms) : this.waits.pass(ms));
  }

  private async applyFaults(when: 'before' | 'after', target: FaultTarget): Promise<void> {
    for (const effect of this.faults.hitting(when, target)) {
      if (effect.kind === 'error') throw new ServiceError(effect.code, effect.message ?? `injected ${effect.code}`, effect.status);
      if (effect.kind === 'drop') throw new DroppedConnection('the connection was dropped by an injected fault');
      if (effect.kind === 'delay') await this.pass(effect.ms);
      else await effect.run();
    }
  }
}

/** A sandbox without a network: an organization with its management account. */
export const createKernel = (options: KernelOptions): Kernel => new Kernel(options);

function refuseMissing(required: readonly string[], input: Record<string, unknown>, code: string): void {
  const missing = required.filter((name) => input[name] === undefined || input[name] === null);
  if (missing.length === 0) return;
  const noun = missing.length === 1 ? 'error' : 'errors';
  const reasons = missing.map(
    (name) => `Value null at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must not be null`,
  );
  throw new ServiceError(code, `${missing.length} validation ${noun} detected: ${reasons.join('; ')}`, 400);
}
