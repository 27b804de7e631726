import type * as sdk from '@aws-sdk/client-eventbridge';
import { uuid } from '../../kernel/identifiers';
import { ServiceError } from '../../kernel/service-error';
import { handlersOf, type Call, type SdkShapes } from '../service';
import { publish } from './publish';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const limits = { entries: 10, bytes: 262_144 };
const busArn = (bus: string | undefined, { region, account, world }: Call): string =>
  bus?.startsWith('arn:') ? bus : `arn:${world.partition}:events:${region}:${account.id}:event-bus/${bus ?? 'default'}`;

/** EventBridge: takes events, keeps them, and hands them to the targets of rules. */
export const events = handlersOf<SdkShapes<typeof sdk>>({
  PutEvents: {
    checks: ({ Entries }, call) =>
      Entries.map(({ EventBusName, Source, DetailType }) => ({
        action: 'events:PutEvents',
        resource: busArn(EventBusName, call),
        context: { 'events:source': Source, 'events:detail-type': DetailType },
      })),
    async handle({ Entries }, call) {
      const bytes = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
      if (Entries.length < 1 || Entries.length > limits.entries) {
        throw new ServiceError('ValidationException', `entries must be 1 to ${limits.entries}, got ${Entries.length}`, 400);
      }
      if (bytes > limits.bytes)
        throw new ServiceError('ValidationException', `Total size of the entries in the request is over the limit: ${bytes} bytes.`, 400);
      const results: sdk.PutEventsResultEntry[] = [];
      for (const entry of Entries) results.push(await put(entry, call));
      return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
    },
  },
});

const sizeOf = ({ Source, DetailType, Detail, Time }: sdk.PutEventsRequestEntry): number =>
  [Source, DetailType, Detail].reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), Time ? 14 : 0);

async function put(
  { Source, DetailType, Detail, Time, EventBusName, Resources = [] }: sdk.PutEventsRequestEntry,
  call: Call,
): Promise<sdk.PutEventsResultEntry> {
  if (!Source || !DetailType || Detail === undefined) {
    return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Parameter Source, DetailType or Detail is not valid. Reason: it is required.' };
  }
  if (Source.startsWith('aws.'))
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: `Not authorized for the source ${Source}.` };
  if (!isJsonObject(Detail)) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const bus = busArn(EventBusName, call).split('/').pop() ?? 'default';
  if (bus === 'default') {
    const detail = JSON.parse(Detail) as Record<string, unknown>;
    await publish({ source: Source, detailType: DetailType, resources: Resources, detail }, call);
  }
  call.world.events.push({
    at: Time ?? call.now,
    account: call.account.id,
    bus,
    source: Source,
    detailType: DetailType,
    detail: Detail,
  });
  return { EventId: uuid(`event-${call.platform.next()}`) };
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
