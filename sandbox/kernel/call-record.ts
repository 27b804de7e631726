import type { PolicyDocument } from './policy';

/** Who signed a request. */
export interface Principal {
  kind: 'user' | 'role' | 'service' | 'root';
  account: string;
  /** The caller's ARN as GetCallerIdentity shows it; a service's principal name for `service`. */
  arn: string;
  /** User or role name. */
  name: string;
  userId: string;
  session?: {
    name: string;
    policy?: PolicyDocument;
    tags: Record<string, string>;
    /** ARN of the function whose environment the credentials were made for. */
    functionArn?: string;
  };
}

/** One API call as the sandbox saw it: the evidence for "nothing else was called". */
export interface CallRecord {
  at: Date;
  /** Position in the log, from 1. */
  number: number;
  service: string;
  operation: string;
  principal: string;
  principalAccount: string;
  /** The account that holds what was called. */
  account: string;
  /** What policies had to allow, `action on resource` each. */
  authorized: { action: string; resource: string; allowed: boolean }[];
  /** The request without secret values. */
  input: Record<string, unknown>;
  /** `ok`, or the error's code. */
  outcome: string;
  /** True when the call may change something. */
  mutating: boolean;
  /** The Lambda invocation that made the call, from its session. */
  invocation?: string;
  /** What the answer's `x-amzn-requestid` says; absent for calls that the sandbox makes itself. */
  requestId?: string;
}
