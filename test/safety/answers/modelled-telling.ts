import type { Fault } from '../../../sandbox/kernel/faults';
import { rememberKeys } from '../../helpers/sandbox-memory';
import { START, type Account } from '../../helpers/sandbox-organization';
import type { Kit } from '../kit/kit';
import type { Combination } from './combination';
import { meanwhile, refused, refusedTwice } from './modelled';
import type { Point } from './points';
import { ENTERING, READ_MEMORY, TELLING, WRITE_MEMORY } from './rotator-points';

const pointOf = (points: readonly Point[], operation: string, about?: string): Point => {
  const found = points.find((point) => point.operation === operation && (about === undefined || point.about === about));
  if (!found) throw new Error(`no point of ${operation}`);
  return found;
};
const ACCOUNT_MAIL = pointOf(TELLING, 'ses:SendEmail', 'to the account');
const OWNER_MAIL = pointOf(TELLING, 'ses:SendEmail', 'to an owner');
const RESULT = pointOf(TELLING, 's3:PutObject', 'of the result');
const EVENTS = pointOf(TELLING, 'events:PutEvents');
const ROLE = pointOf(ENTERING, 'sts:AssumeRole');

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
const MAIL_REFUSALS = [
  'MessageRejected',
  'AccountSuspendedException',
  'SendingPausedException',
  'MailFromDomainNotVerifiedException',
  'LimitExceededException',
  'NotFoundException',
  'BadRequestException',
];

/** EventBridge takes the call and answers that it did not take some of its events, so many times. */
const partly = (times: number, outcome: Pick<Combination, 'expect' | 'shows'>): Combination => ({
  operation: 'events:PutEvents',
  title: `events:PutEvents, which takes only some of the events, ${times === 1 ? 'once' : `${times} times`}`,
  handled: true,
  concerns: [],
  inject: ({ sandbox }, { id }) => {
    const { observers } = sandbox.kernel;
    const fault: Fault = { match: {}, when: 'after', then: { kind: 'call', run: () => undefined }, seen: 0, hits: 0 };
    const observer = {
      after({ operation, input }: { operation: string; input: Record<string, unknown> }, output: Record<string, unknown>): void {
        if (operation !== 'PutEvents' || !JSON.stringify(input).includes(id)) return;
        fault.hits += 1;
        const refusal = { ErrorCode: 'InternalFailure', ErrorMessage: 'the event was not taken' };
        Object.assign(output, { FailedEntryCount: 1, Entries: [refusal, ...(output['Entries'] as object[]).slice(1)] });
        if (fault.hits === times) observers.delete(observer);
      },
    };
    observers.add(observer);
    return [fault];
  },
  ...outcome,
});

const LIST_MEMORY: Point = {
  operation: 's3:ListObjectsV2',
  about: 'to see whether anything is remembered',
  match: ({ id }) => ({ input: ({ Prefix }) => Prefix === `memory/${id}.json` }),
};

/** Another run of the account has written what it remembers since this one read it. */
const rememberMore = ({ org }: Kit, account: Account): void => {
  rememberKeys(org, account, { AKIAELSEWHERE0000001: { user: 'elsewhere', created: START, active: true } });
};

/** What S3 answers of its own where the rotator remembers. */
const REMEMBERING: readonly Combination[] = [
  ...[
    { code: 'NoSuchBucket', status: 404 },
    { code: 'InvalidObjectState', status: 403 },
    { code: 'KMS.DisabledException', status: 400 },
  ].flatMap(({ code, status }) => [refused(READ_MEMORY, code, { status }), refused(WRITE_MEMORY, code, { status })]),
  // Who may not read what is there might as well be told that nothing is there.
  ...refusedTwice(READ_MEMORY, LIST_MEMORY),
  ...[
    { code: 'PreconditionFailed', status: 412 },
    { code: 'ConditionalRequestConflict', status: 409 },
  ].flatMap(({ code, status }) => [
    refused(WRITE_MEMORY, code, { status, times: 2, expect: 'overcome' }),
    refused(WRITE_MEMORY, code, { status }),
  ]),
  meanwhile(WRITE_MEMORY, 'which another run has just written', rememberMore, /(?!)/, { expect: 'overcome' }),
];

/** What the services answer of their own by which an account is entered and people are told. */
export const TELLING_ANSWERS: readonly Combination[] = [
  ...MAIL_REFUSALS.flatMap((code) => [refused(ACCOUNT_MAIL, code), refused(OWNER_MAIL, code)]),
  partly(1, { expect: 'overcome', shows: /(?!)/ }),
  partly(3, { expect: 'named', shows: /refused 1 of \d+ events: InternalFailure/ }),
  ...REMEMBERING,
  refused(EVENTS, 'InvalidStateException'),
  ...[
    { code: 'NoSuchBucket', status: 404 },
    { code: 'InvalidBucketState', status: 409 },
    { code: 'KMS.DisabledException', status: 400 },
  ].map(({ code, status }) => refused(RESULT, code, { status, retold: true })),
  refused(RESULT, 'ServiceUnavailable', { status: 503, times: 3, expect: 'overcome' }),
  refused(ROLE, 'RegionDisabledException', { status: 403 }),
  refused(ROLE, 'InvalidClientTokenId', { status: 403 }),
];
