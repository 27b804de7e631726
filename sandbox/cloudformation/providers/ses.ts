import { z } from 'zod';
import type { ConfigurationSet, MailTemplate } from '../../kernel/world';
import { accountOf, generatedName, provider, refuseTaken, type Provider, type Target } from '../provider';
import { accepted, flag, tags, text } from '../shapes';

const sesName = z.string().regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, dashes or underscores');
const keyOf = ({ region }: Target, name: string): string => `${region}/${name}`;

/** AWS::SES::Template. */
export const mailTemplate: Provider = provider(
  z.strictObject({
    Template: z.strictObject({
      TemplateName: sesName.exactOptional(),
      SubjectPart: z.string().min(1),
      HtmlPart: z.string().exactOptional(),
      TextPart: z.string().exactOptional(),
    }),
    Tags: tags.exactOptional(),
  }),
  {
    apply(target, { Template }, before) {
      const { templates } = accountOf(target);
      const name = Template.TemplateName ?? generatedName(target, 64);
      refuseTaken(templates.has(keyOf(target, name)), before, name, `mail template ${name}`);
      if (Template.HtmlPart === undefined && Template.TextPart === undefined)
        throw new Error(`mail template ${name}: needs HtmlPart or TextPart`);
      const made: MailTemplate = {
        name,
        region: target.region,
        subject: Template.SubjectPart,
        ...(Template.HtmlPart === undefined ? {} : { html: Template.HtmlPart }),
        ...(Template.TextPart === undefined ? {} : { text: Template.TextPart }),
      };
      templates.set(keyOf(target, name), made);
      return { ref: name, attributes: { Id: name } };
    },
    remove(target, before) {
      accountOf(target).templates.delete(keyOf(target, before.ref));
    },
  },
);

/** AWS::SES::ConfigurationSet. */
export const configurationSet: Provider = provider(
  z.strictObject({
    Name: sesName.exactOptional(),
    DeliveryOptions: accepted,
    ReputationOptions: accepted,
    SendingOptions: accepted,
    SuppressionOptions: accepted,
    TrackingOptions: accepted,
    VdmOptions: accepted,
    Tags: tags.exactOptional(),
  }),
  {
    apply(target, properties, before) {
      const { configurationSets } = accountOf(target);
      const name = properties.Name ?? generatedName(target, 64);
      const key = keyOf(target, name);
      refuseTaken(configurationSets.has(key), before, name, `configuration set ${name}`);
      const made: ConfigurationSet = { destinations: [], ...configurationSets.get(key), name, region: target.region };
      configurationSets.set(key, made);
      return { ref: name, attributes: {} };
    },
    remove(target, before) {
      accountOf(target).configurationSets.delete(keyOf(target, before.ref));
    },
  },
);

const events = z.array(z.string()).min(1);

/** AWS::SES::ConfigurationSetEventDestination to SNS, EventBridge or CloudWatch. */
export const eventDestination: Provider = provider(
  z.strictObject({
    ConfigurationSetName: text,
    EventDestination: z.strictObject({
      Name: sesName.exactOptional(),
      Enabled: flag.exactOptional(),
      MatchingEventTypes: events,
      SnsDestination: z.strictObject({ TopicARN: z.string() }).exactOptional(),
      EventBridgeDestination: z.strictObject({ EventBusArn: z.string() }).exactOptional(),
      CloudWatchDestination: z.strictObject({ DimensionConfigurations: accepted }).exactOptional(),
    }),
  }),
  {
    apply(target, { ConfigurationSetName, EventDestination: destination }) {
      const set = accountOf(target).configurationSets.get(keyOf(target, ConfigurationSetName));
      if (!set) throw new Error(`the configuration set ${ConfigurationSetName} does not exist`);
      const destinations = [
        destination.SnsDestination?.TopicARN,
        destination.EventBridgeDestination?.EventBusArn,
        destination.CloudWatchDestination && 'cloudwatch',
      ].filter((entry) => entry !== undefined);
      const [only, ...others] = destinations;
      if (only === undefined || others.length > 0)
        throw new Error('needs exactly one of SnsDestination, EventBridgeDestination, CloudWatchDestination');
      const name = destination.Name ?? generatedName(target, 64);
      set.destinations = set.destinations.filter((entry) => entry.name !== name);
      if (destination.Enabled !== false) set.destinations.push({ name, events: destination.MatchingEventTypes, target: only });
      return { ref: name, attributes: { Id: name } };
    },
    remove(target, before) {
      const set = accountOf(target).configurationSets.get(keyOf(target, String(before.properties['ConfigurationSetName'])));
      if (set) set.destinations = set.destinations.filter((entry) => entry.name !== before.ref);
    },
  },
);
