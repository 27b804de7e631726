import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Invocation } from '../lambda/invocation';
import type { LambdaFunction, Principal } from './world';

/** A line that a function wrote. */
export interface LogLine {
  /** Sandbox time. */
  at: Date;
  account: string;
  region: string;
  functionName: string;
  logGroup: string;
  requestId: string;
  line: string;
}

/** What a caller signs with. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** Absent when they never expire. */
  expiration?: Date;
}

/** Who calls, from where. */
export interface Caller {
  principal: Principal;
  /** The region that the call is made in. */
  region: string;
  /** The key that signed; absent for calls that the sandbox makes itself. */
  accessKeyId?: string;
  /** Where the call came from, and what the program called itself; absent for calls that came over no wire. */
  from?: { address: string; agent: string };
  /** The Lambda invocation on whose behalf the call is made. */
  invocation?: string;
  /** What the answer will say; absent for calls that the sandbox makes itself. */
  requestId?: string;
}

/** Who holds an access key, and what its signatures are verified with. */
export interface Holder {
  principal: Principal;
  secret: string;
  /** Must accompany every request; absent for a user's own keys. */
  sessionToken?: string;
  expiration?: Date;
  invocation?: string;
}

/** Values of condition keys that a call adds, by key name such as `aws:SourceArn`. */
export type Context = Record<string, string | string[] | undefined>;

/** One thing that policies must allow. */
export interface Check {
  action: string;
  /** An ARN, or `*` for actions without resource-level permissions. */
  resource: string;
  context?: Context;
  /** How the refusal names the resource, where AWS shows something else than the ARN. */
  shown?: string;
  /** The whole refusal, where AWS does not use its usual sentence. */
  refusal?: string;
}

/** What policies say about a check. */
export interface Decision {
  allowed: boolean;
  /** AWS's sentence for the refusal; empty when allowed. */
  message: string;
}

/** What deploys stacks, for the operators who ask CloudFormation for it; rejects with an error that says why it could not. */
export interface StackPlatform {
  deploy(
    place: { account: string; region: string },
    stack: { name: string; template: unknown; parameters: Record<string, string> },
  ): Promise<void>;
  /** Makes every resource again as the template once described it. */
  revertDrift(place: { account: string; region: string }, name: string): Promise<void>;
  /** Deletes a stack and what it made. */
  delete(place: { account: string; region: string }, name: string): Promise<void>;
  /** Brings the stack sets to every account that lacks them or has an older version. */
  syncStackSets(): Promise<void>;
}

/** What runs Lambda functions. */
export interface LambdaPlatform {
  /** What functions wrote, and every invocation; absent where nothing keeps them. */
  readonly logs?: LogLine[];
  readonly invocations?: readonly Invocation[];
  /** Resolves for a failing function too; rejects with ServiceError when the platform itself refuses. */
  invoke(
    fn: LambdaFunction,
    payload: string,
    type: 'RequestResponse' | 'Event' | 'DryRun',
  ): Promise<{ statusCode: number; payload?: string; functionError?: string; logTail?: string }>;
  /** Resolves when no asynchronous invocation is left. */
  drain(): Promise<void>;
}

/** An action that a service takes outside the HTTP API, such as Lambda's own writes to a log group. */
export interface InternalCall {
  principal: Principal;
  service: string;
  operation: string;
  /** Every one must be allowed. */
  checks: Check[];
  input?: Record<string, unknown>;
  mutating: boolean;
  invocation?: string;
}

/** Answers requests below a path prefix that is not AWS's. */
export type RouteHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
