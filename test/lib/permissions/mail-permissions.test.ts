import { App, Stack } from 'aws-cdk-lib';
import { maySendMail } from '../../../lib/permissions/mail-permissions';

const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
const sending = (sender: string) => maySendMail(stack, { sender, templates: ['digest'], configurationSet: 'set' });
const resources = (sender: string): string[] => sending(sender).resources.map((arn) => arn.slice(arn.lastIndexOf(':') + 1));

it('covers the identities that SES may send the address as, and never a top-level domain', () => {
  expect(resources('keys@mail.example.com')).toEqual([
    'identity/keys@mail.example.com',
    'identity/mail.example.com',
    'identity/example.com',
    'template/digest',
    'configuration-set/set',
  ]);
});

it('covers a domain of one label, which a test may have', () => {
  expect(resources('keys@localhost')).toEqual([
    'identity/keys@localhost',
    'identity/localhost',
    'template/digest',
    'configuration-set/set',
  ]);
});

it('allows no other sender, whatever else its domain has', () => {
  expect(sending('keys@example.com').conditions).toEqual({ StringEqualsIgnoreCase: { 'ses:FromAddress': 'keys@example.com' } });
});
