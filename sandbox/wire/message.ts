import type { OperationModel } from './schema';

/** An HTTP request, read completely. */
export interface WireRequest {
  method: string;
  /** Path with query, as on the request line. */
  path: string;
  /** By lower-case name. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
  /** Where it came from; absent where there is no wire. */
  address?: string;
}

/** An HTTP response. */
export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/** An API call as a request spells it. */
export interface WireCall {
  operation: OperationModel;
  input: Record<string, unknown>;
}

/** What a handler returns. */
export type Output = Record<string, unknown>;
