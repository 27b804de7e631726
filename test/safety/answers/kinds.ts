import type { FaultEffect } from '../../../sandbox/kernel/faults';

interface Code {
  code: string;
  status: number;
}

/** How a service words the answers that every one of its operations can give. */
interface Wording {
  throttled: Code;
  internal: Code;
  denied: Code;
  expired: Code;
}

const query = (internal: string): Wording => ({
  throttled: { code: 'Throttling', status: 400 },
  internal: { code: internal, status: 500 },
  denied: { code: 'AccessDenied', status: 403 },
  expired: { code: 'ExpiredToken', status: 403 },
});
const json = (throttled: Code, internal: string, status: number): Wording => ({
  throttled,
  internal: { code: internal, status: 500 },
  denied: { code: 'AccessDeniedException', status },
  expired: { code: 'ExpiredTokenException', status },
});
const tooMany = (status: number): Code => ({ code: 'TooManyRequestsException', status });
const throttling: Code = { code: 'ThrottlingException', status: 400 };

/** By signing name; the codes are those that the services' API references and SDK models give. */
const WORDINGS: Readonly<Record<string, Wording>> = {
  iam: query('ServiceFailure'),
  sts: query('InternalFailure'),
  secretsmanager: json(throttling, 'InternalServiceError', 400),
  ses: json(tooMany(429), 'InternalServiceErrorException', 403),
  cloudtrail: json(throttling, 'InternalFailure', 400),
  kms: json(throttling, 'KMSInternalException', 400),
  events: json(throttling, 'InternalException', 400),
  organizations: json(tooMany(400), 'ServiceException', 400),
  lambda: json(tooMany(429), 'ServiceException', 403),
  s3: {
    throttled: { code: 'SlowDown', status: 503 },
    internal: { code: 'InternalError', status: 500 },
    denied: { code: 'AccessDenied', status: 403 },
    expired: { code: 'ExpiredToken', status: 400 },
  },
};

/** The wording of a service; throws for one that has none, so that no service is forgotten. */
export function wordingOf(service: string): Wording {
  const wording = WORDINGS[service];
  if (!wording) throw new Error(`how ${service} words its errors is not in test/safety/answers/kinds.ts`);
  return wording;
}

/** One kind of answer that every operation can give. */
export interface Kind {
  name: string;
  /** Whether the SDK's retries get over it, wherever the call may be repeated. */
  passes: boolean;
  /** AWS says that it did nothing because of too many calls. */
  throttled?: boolean;
  /** Whether the call takes its effect although the caller is not told, or only after the caller gave up. */
  effect: 'none' | 'unseen' | 'late';
  when: 'before' | 'after';
  /** How many calls it hits; every one when absent. */
  times?: number;
  then: (wording: Wording) => FaultEffect;
  /** How a failure because of it is worded. */
  shows: (wording: Wording) => RegExp;
}

/** Longer than the clients' time limit of 15 s. */
const SLOW_MS = 16_000;

const answers = (of: keyof Wording): Pick<Kind, 'effect' | 'when' | 'then' | 'shows'> => ({
  effect: 'none',
  when: 'before',
  then: (wording) => ({ kind: 'error', ...wording[of] }),
  shows: (wording) => new RegExp(wording[of].code),
});
const lost = { then: (): FaultEffect => ({ kind: 'drop' }), shows: () => /socket hang up|ECONNRESET|TimeoutError/ };

/** The kinds of answers that every operation is tried with. */
export const KINDS: readonly Kind[] = [
  { name: 'throttled once', passes: true, throttled: true, times: 1, ...answers('throttled') },
  { name: 'throttled for a while', passes: true, throttled: true, times: 3, ...answers('throttled') },
  { name: 'failing once with a 500', passes: true, times: 1, ...answers('internal') },
  { name: 'dropped once before its effect', passes: true, times: 1, effect: 'none', when: 'before', ...lost },
  { name: 'dropped once after its effect', passes: true, times: 1, effect: 'unseen', when: 'after', ...lost },
  {
    name: 'slower than the timeout once',
    passes: true,
    times: 1,
    effect: 'late',
    when: 'before',
    then: () => ({ kind: 'delay', ms: SLOW_MS }),
    shows: () => /TimeoutError/,
  },
  { name: 'throttled for good', passes: false, ...answers('throttled') },
  { name: 'failing for good with a 500', passes: false, ...answers('internal') },
  { name: 'denied', passes: false, ...answers('denied') },
  { name: 'refused for an expired token', passes: false, ...answers('expired') },
  { name: 'dropped for good after its effect', passes: false, effect: 'unseen', when: 'after', ...lost },
];
