import type { Caller } from './contracts';

/** An authorized call at the moment it takes effect. */
export interface ObservedCall {
  service: string;
  operation: string;
  input: Record<string, unknown>;
  caller: Caller;
  /** The account that holds what is called. */
  account: string;
  mutating: boolean;
}

/**
 * Looks at calls just before and just after their effect, and once their answer is on its way; a fault `before` keeps a call from being
 * seen, a fault `after` its answer alone.
 */
export interface Observer {
  before?(call: ObservedCall): void;
  after?(call: ObservedCall, output: Record<string, unknown>): void;
  answered?(call: ObservedCall): void;
}
