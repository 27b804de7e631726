import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { mockClient } from 'aws-sdk-client-mock';
import { readKeyEvents } from '../../../../lambda/core/read/key-events';
import { openTrail } from '../../../../lambda/shared/cloudtrail';
import { callsOf, SECRET } from '../../../helpers/aws';
import { NOW, OLD } from '../../../helpers/facts';

const trail = mockClient(CloudTrailClient);
const history = openTrail({ region: 'eu-west-1' }, []);
const record = (more: object = {}): string => JSON.stringify({ sourceIPAddress: '198.51.100.7', userAgent: 'aws-cli/2.32', ...more });
const event = (more: object = {}) => ({
  EventTime: NOW,
  EventName: 'GetCallerIdentity',
  EventSource: 'sts.amazonaws.com',
  CloudTrailEvent: record(),
  ...more,
});
const turn = jest.fn(() => Promise.resolve());
const read = () => readKeyEvents(history, OLD, turn);

beforeEach(() => {
  trail.reset();
  turn.mockClear();
});

it('asks for the key alone, and gives when, what, from where and by what', async () => {
  trail.on(LookupEventsCommand).resolves({ Events: [event()] });
  expect(await read()).toEqual({
    events: [{ at: NOW, name: 'sts GetCallerIdentity', source: '198.51.100.7', agent: 'aws-cli/2.32' }],
    more: false,
  });
  expect(callsOf(trail)).toMatchObject([{ input: { LookupAttributes: [{ AttributeKey: 'AccessKeyId', AttributeValue: OLD }] } }]);
});

it('follows four pages, each in its turn, with the token of the page before, and says that there are more', async () => {
  trail.on(LookupEventsCommand).callsFake(({ NextToken = '0' }: { NextToken?: string }) => ({
    Events: [event()],
    NextToken: String(Number(NextToken) + 1),
  }));
  const { events, more } = await read();
  expect([events.length, more]).toEqual([4, true]);
  expect(callsOf(trail).map(({ input }) => input['NextToken'])).toEqual([undefined, '1', '2', '3']);
  expect(turn).toHaveBeenCalledTimes(4);
});

it('goes on after an empty page with a token, and ends at an empty token', async () => {
  trail
    .on(LookupEventsCommand)
    .resolvesOnce({ Events: [], NextToken: 'a' })
    .resolvesOnce({ Events: [event()], NextToken: '' });
  expect(await read()).toMatchObject({ events: [{}], more: false });
});

it('takes an answer without a list for no answer', async () => {
  trail.on(LookupEventsCommand).resolves({});
  await expect(read()).rejects.toThrow('CloudTrail answered LookupEvents without the list that was asked for');
});

it.each<[string, object, object[]]>([
  ['without a time', { EventTime: undefined }, []],
  ['without a name', { EventName: undefined }, []],
  ['without a service', { EventSource: undefined }, [{ name: 'GetCallerIdentity' }]],
  ['without its record', { CloudTrailEvent: undefined }, [{ source: '', agent: '' }]],
  ['with a record that is no JSON', { CloudTrailEvent: '{"sourceIPAddress"' }, [{ source: '', agent: '' }]],
  ['with a record that is no object', { CloudTrailEvent: 'null' }, [{ source: '', agent: '' }]],
  ['with members of other types', { CloudTrailEvent: record({ userAgent: { a: 1 }, sourceIPAddress: 7 }) }, [{ source: '', agent: '' }]],
])('keeps what an event %s says', async (_, more, events) => {
  trail.on(LookupEventsCommand).resolves({ Events: [event(more)] });
  expect((await read()).events).toMatchObject(events);
  expect((await read()).events).toHaveLength(events.length);
});

it('takes nothing else from a record, which can hold the token of a session', async () => {
  const CloudTrailEvent = record({ responseElements: { credentials: { sessionToken: SECRET } }, requestParameters: { text: SECRET } });
  trail.on(LookupEventsCommand).resolves({ Events: [event({ CloudTrailEvent })] });
  expect(JSON.stringify(await read())).not.toContain(SECRET);
});
