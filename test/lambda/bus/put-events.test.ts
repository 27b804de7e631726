import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { putEvents, shortened, type BusEvent } from '../../../lambda/bus/put-events';
import { callsOf, timeout } from '../../helpers/aws';

const events = mockClient(EventBridgeClient);
const waits: number[] = [];
const bus = {
  events: new EventBridgeClient({ region: 'eu-west-1' }),
  sleep: (milliseconds: number) => {
    waits.push(milliseconds);
    return Promise.resolve();
  },
};
const numbered = (count: number): BusEvent[] => Array.from({ length: count }, (_, n) => ({ detailType: 'a', detail: { id: `e${n}` } }));
const batches = (): PutEventsRequestEntry[][] => callsOf(events).map((call) => call.input['Entries'] as PutEventsRequestEntry[]);
const idsOf = (batch: PutEventsRequestEntry[]): string[] => batch.map(({ Detail }) => (JSON.parse(Detail ?? '') as { id: string }).id);
const answer = (...taken: boolean[]) => ({
  FailedEntryCount: taken.filter((one) => !one).length,
  Entries: taken.map((one, n) => (one ? { EventId: String(n) } : { ErrorCode: 'InternalFailure', ErrorMessage: 'slow' })),
});

beforeEach(() => {
  events.reset();
  waits.length = 0;
});

it('puts ten at a time, from our own source', async () => {
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  await putEvents(bus, numbered(23));
  expect(batches().map((batch) => batch.length)).toEqual([10, 10, 3]);
  expect(batches()[0]?.[0]).toEqual({ Source: 'iam-key-rotation', DetailType: 'a', Detail: '{"id":"e0"}' });
});

it('makes no call for nothing', async () => {
  await putEvents(bus, []);
  expect(batches()).toEqual([]);
});

it('puts again only what was refused, after a wait that grows', async () => {
  events
    .on(PutEventsCommand)
    .resolvesOnce(answer(true, false, false))
    .resolvesOnce(answer(false, true))
    .resolvesOnce(answer(true));
  await putEvents(bus, numbered(3));
  expect(batches().map(idsOf)).toEqual([['e0', 'e1', 'e2'], ['e1', 'e2'], ['e1']]);
  expect(waits).toEqual([200, 400]);
});

it('names what is refused three times, and puts the others', async () => {
  events
    .on(PutEventsCommand)
    .callsFake(({ Entries }: { Entries: PutEventsRequestEntry[] }) =>
      answer(...idsOf(Entries).map((id) => !['e1', 'e3', 'e5', 'e7', 'e11'].includes(id))),
    );
  await expect(putEvents(bus, numbered(12))).rejects.toMatchObject({
    name: 'EventsRefusedError',
    message: 'EventBridge refused 5 of 12 events: InternalFailure: slow (e1, e3, e5 and 2 more)',
  });
  expect(new Set(batches().flatMap(idsOf)).size).toBe(12);
});

it('counts an event without an answer as refused', async () => {
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 1 });
  await expect(putEvents(bus, numbered(1))).rejects.toThrow('EventBridge refused 1 of 1 events: no reason');
});

it('ends at the first call that EventBridge does not answer', async () => {
  events.on(PutEventsCommand).rejects(timeout());
  await expect(putEvents(bus, numbered(30))).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(batches()).toHaveLength(1);
});

it('cuts a long sentence and says so', () => {
  expect(shortened('a'.repeat(2_000))).toBe('a'.repeat(2_000));
  expect(shortened('a'.repeat(2_001))).toBe(`${'a'.repeat(1_999)}…`);
});
