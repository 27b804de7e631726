import { GetSuppressedDestinationCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { undeliverableAmong } from '../../../lambda/mail/delivery';

const sesMock = mockClient(SESv2Client);
const ses = new SESv2Client({ region: 'eu-west-1' });
const refused = (name: string) => Object.assign(new Error('no'), { name });
const since = new Date('2027-01-05T03:00:00.000Z');

beforeEach(() => {
  sesMock.reset();
  sesMock.on(GetSuppressedDestinationCommand).rejects(refused('NotFoundException'));
  sesMock
    .on(GetSuppressedDestinationCommand, { EmailAddress: 'gone@example.com' })
    .resolves({ SuppressedDestination: { EmailAddress: 'gone@example.com', Reason: 'BOUNCE', LastUpdateTime: since } });
});

it('finds who is on the suppression list, why and since when', async () => {
  const found = await undeliverableAmong(ses, ['here@example.com', 'gone@example.com']);
  expect([...found]).toEqual([['gone@example.com', { reason: 'BOUNCE', since }]]);
});

it('is an error when SES does not say', async () => {
  sesMock.on(GetSuppressedDestinationCommand, { EmailAddress: 'here@example.com' }).rejects(refused('AccessDeniedException'));
  await expect(undeliverableAmong(ses, ['here@example.com', 'gone@example.com'])).rejects.toThrow('no');
});
