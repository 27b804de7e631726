import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { CfnTemplate, ConfigurationSet, EmailSendingEvent, EventDestination, SuppressionReasons } from 'aws-cdk-lib/aws-ses';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkTemplate } from '../../lambda/mail/check-templates';
import { MAIL_TEMPLATES, type MailTemplateName } from '../../lambda/mail/model';
import { mailSamples } from '../../lambda/mail/samples';
import { mailHtml } from './mail-html';

const FOLDER = join(__dirname, '..', '..', 'templates');

/** The names SES knows, and who hears of mails that were not delivered. */
export interface MailProps {
  templates: Readonly<Record<MailTemplateName, string>>;
  configurationSet: string;
  /** For people. */
  undelivered: ITopic;
}

/** What becomes of mails that SES has accepted and does not deliver. */
const UNDELIVERED = [EmailSendingEvent.RENDERING_FAILURE, EmailSendingEvent.REJECT, EmailSendingEvent.BOUNCE];

/** The mail templates, checked against the data that is sent, and a configuration set that reports every mail SES could not deliver. */
export class Mail extends Construct {
  constructor(scope: Construct, id: string, props: MailProps) {
    super(scope, id);
    for (const name of MAIL_TEMPLATES) this.template(name, props.templates[name]);
    const set = new ConfigurationSet(this, 'ConfigurationSet', {
      configurationSetName: props.configurationSet,
      // Who cannot be reached is then known (lambda/mail/delivery.ts), whatever the account is set to.
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    set.addEventDestination('Undelivered', {
      configurationSetEventDestinationName: 'undelivered',
      destination: EventDestination.snsTopic(props.undelivered),
      events: [...UNDELIVERED, EmailSendingEvent.COMPLAINT],
    });
    set.addEventDestination('Recorded', {
      configurationSetEventDestinationName: 'recorded',
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
      events: UNDELIVERED,
    });
  }

  private template(name: MailTemplateName, templateName: string): void {
    const read = (ending: string): string => readFileSync(join(FOLDER, `${name}.${ending}`), 'utf8');
    const parts = { subject: read('subject.txt').trim(), html: mailHtml(name), text: read('txt') };
    checkTemplate({ name, ...parts }, mailSamples[name]);
    new CfnTemplate(this, name, { template: { templateName, subjectPart: parts.subject, htmlPart: parts.html, textPart: parts.text } });
  }
}
