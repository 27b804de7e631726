import { parseArn } from './arn';
import type { Caller, Check } from './contracts';
import { findBucket } from './lookup';
import type { CallRecord, World } from './world';

const secretMembers = new Set(['SecretString', 'SecretBinary', 'SecretAccessKey', 'Password', 'NewPassword', 'OldPassword', 'value']);

/** A request's input without secret values; bytes are shown by their size, except a payload, which is text. */
function redact(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const name of Object.keys(input)) shown[name] = redacted(name, input[name]);
  return shown;
}

function redacted(name: string, value: unknown): unknown {
  if (value !== undefined && secretMembers.has(name)) return '(secret)';
  if (!(value instanceof Uint8Array)) return value;
  return name === 'Payload' ? Buffer.from(value).toString('utf8') : `(${value.byteLength} bytes)`;
}

/** Starts the record of a call at the end of the log; outcome and authorization are filled in as the call goes on. */
export function startRecord(
  log: CallRecord[],
  at: Date,
  service: string,
  operation: string,
  caller: Caller,
  input: Record<string, unknown>,
): CallRecord {
  const { principal, invocation, requestId } = caller;
  const record: CallRecord = {
    at,
    number: (log.at(-1)?.number ?? 0) + 1,
    service,
    operation,
    principal: principal.arn,
    principalAccount: principal.account,
    account: principal.account,
    authorized: [],
    input: redact(input),
    outcome: 'pending',
    mutating: true,
    ...(invocation !== undefined && { invocation }),
    ...(requestId !== undefined && { requestId }),
  };
  log.push(record);
  return record;
}

/** The account that holds what a call is about: that of its first resource, else the caller's. */
export function accountOf(world: World, checks: readonly Check[], caller: Caller): string {
  const arn = parseArn(checks[0]?.resource ?? '');
  if (arn?.service === 's3') return findBucket(world, arn.resource.split('/')[0] ?? '')?.account.id ?? caller.principal.account;
  return arn && /^\d{12}$/.test(arn.account) ? arn.account : caller.principal.account;
}
