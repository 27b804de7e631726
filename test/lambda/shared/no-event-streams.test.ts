import { EventStreamSerde, eventStreamSerdeProvider, resolveEventStreamSerdeConfig } from '../../../lambda/shared/no-event-streams';

it.each([
  ['a client that reads events of a stream', (): unknown => Reflect.construct(EventStreamSerde, []) as unknown],
  ['a client that asks how to', (): unknown => eventStreamSerdeProvider()],
])('refuses %s', (_, ask) => {
  expect(ask).toThrow('an operation streams events, which no function of this project asks for');
});

it('leaves the configuration of clients that could stream events as it is', () => {
  const configuration = { region: 'eu-central-1' };
  expect(resolveEventStreamSerdeConfig(configuration)).toBe(configuration);
  expect(configuration).toEqual({ region: 'eu-central-1' });
});
