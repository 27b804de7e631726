import { matches } from '../../../sandbox/services/events/pattern';
import { sesEvent } from '../../lambda/mail-events/events';
import { centralTemplate, resourcesOf } from '../synth';

const only = (type: string): Record<string, unknown> => {
  const [found, ...others] = Object.values(resourcesOf(centralTemplate(), type)).map(({ Properties }) => Properties);
  expect(others).toEqual([]);
  return found!;
};
const event = (type: string, more: object = {}, mail: object = {}) => ({
  ...sesEvent({ eventType: 'Reject' }, mail),
  'detail-type': type,
  ...more,
});
const pattern = () => only('AWS::Events::Rule')['EventPattern'] as Record<string, unknown>;

it.each(['Email Rejected', 'Email Rendering Failed', 'Email Bounced'])('hears of our mails: %s', (type) => {
  expect(matches(pattern(), event(type))).toBe(true);
});

it.each<[string, object]>([
  ['a mail that arrived', event('Email Delivered')],
  ['a complaint, whose mail arrived', event('Email Complaint Received')],
  ['what others put on the bus', event('Email Rejected', { source: 'mine' })],
  ['mails of others', event('Email Rejected', {}, { tags: { 'ses:configuration-set': ['other'], account: ['222233334444'] } })],
  ['mails about no account', event('Email Rejected', {}, { tags: { 'ses:configuration-set': ['iam-key-rotation'] } })],
])('does not hear of %s', (_, other) => {
  expect(matches(pattern(), other)).toBe(false);
});

it('gets these events from SES, on the default bus', () => {
  const destinations = Object.values(resourcesOf(centralTemplate(), 'AWS::SES::ConfigurationSetEventDestination')).map(
    ({ Properties }) => Properties['EventDestination'] as { MatchingEventTypes: string[]; EventBridgeDestination?: object },
  );
  const bus = destinations.filter(({ EventBridgeDestination }) => EventBridgeDestination !== undefined);
  expect(bus.map(({ MatchingEventTypes }) => MatchingEventTypes)).toEqual([['renderingFailure', 'reject', 'bounce']]);
});

it('may be invoked by that rule alone, and write nowhere but where undelivered mails are', () => {
  expect(only('AWS::Lambda::Permission')).toMatchObject({
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^MailEventsRule/), 'Arn'] },
    SourceAccount: { Ref: 'AWS::AccountId' },
  });
});
