import type { Stack } from 'aws-cdk-lib';
import type { Permission } from './permissions';

/** The identities SES may send the address as: the address itself, its domain and the domains above it. */
function identities(sender: string): string[] {
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  const labels = domain.split('.');
  const domains = labels.slice(0, Math.max(1, labels.length - 1)).map((_, place) => labels.slice(place).join('.'));
  return [sender, ...domains];
}

/**
 * Permission to send as the sender, and as nobody else, through the configuration set and with these templates. SES asks for a template's
 * right only where a mail uses one, so that a mail without a template passes, too:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
 */
export function maySendMail(stack: Stack, sending: { sender: string; templates: string[]; configurationSet: string }): Permission {
  const arn = (resource: string, resourceName: string): string => stack.formatArn({ service: 'ses', resource, resourceName });
  return {
    sid: 'SendMail',
    why: 'Sends mail from the configured sender only; of templates only these, though SES asks for one only where a mail uses one.',
    actions: ['ses:SendEmail', 'ses:SendTemplatedEmail'],
    resources: [
      ...identities(sending.sender).map((identity) => arn('identity', identity)),
      ...sending.templates.map((template) => arn('template', template)),
      arn('configuration-set', sending.configurationSet),
    ],
    conditions: { StringEqualsIgnoreCase: { 'ses:FromAddress': sending.sender } },
  };
}
