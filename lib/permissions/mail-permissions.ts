import type { Stack } from 'aws-cdk-lib';
import type { Permission } from './permissions';

/** The identities SES may send the address as: the address itself, its domain and the domains above it. */
function identities(sender: string): string[] {
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  const labels = domain.split('.');
  const domains = labels.slice(0, Math.max(1, labels.length - 1)).map((_, place) => labels.slice(place).join('.'));
  return [sender, ...domains];
}

/** Permission to send these templates as the sender through the configuration set, and nothing else. */
export function maySendMail(stack: Stack, sending: { sender: string; templates: string[]; configurationSet: string }): Permission {
  const arn = (resource: string, resourceName: string): string => stack.formatArn({ service: 'ses', resource, resourceName });
  return {
    sid: 'SendMail',
    why: 'Sends these templates, from the configured sender only, and with the configuration set that reports what was not delivered.',
    actions: ['ses:SendEmail', 'ses:SendTemplatedEmail'],
    resources: [
      ...identities(sending.sender).map((identity) => arn('identity', identity)),
      ...sending.templates.map((template) => arn('template', template)),
      arn('configuration-set', sending.configurationSet),
    ],
    conditions: { StringEqualsIgnoreCase: { 'ses:FromAddress': sending.sender } },
  };
}
