import { isDeepStrictEqual } from 'node:util';
import { readSettings } from '../../lib/settings/read';

type Values = Readonly<Record<string, unknown>>;

/** Commands of the CDK that keep the settings of the running deployment, whatever cdk.json says meanwhile. */
export interface Remedies {
  /** Deploys the same again, with these settings beside. */
  deploy: (more?: Values) => string;
  /** Brings back what somebody changed or deleted of the stack. */
  revertDrift: string;
  /** Writes the templates. */
  synth: string;
  /** Who is to hear of alarms, by the settings at hand or else those of the deployment; absent when none of them says. */
  alarmEmail?: string;
}

/** The remedies for a deployment that was made with these settings, absent when its version does not say, beside the settings that are at hand. */
export function remediesFor(running: Values | undefined, context: Values): Remedies {
  const { flags, remark } = running
    ? kept(running, settingsAtHand(context, running['sender']))
    : { flags: {}, remark: ' (with the settings that you deployed with)' };
  const command = (words: string, more: Values = {}): string =>
    [words, ...Object.entries({ ...flags, ...more }).map(([name, value]) => `-c ${word(`${name}=${written(value)}`)}`)].join(' ') + remark;
  return {
    deploy: (more) => command('npx cdk deploy', more),
    revertDrift: command('npx cdk deploy --revert-drift'),
    synth: command('npx cdk synth --quiet'),
    ...alarmAddress(running, context),
  };
}

/** As it stands there, whether or not the other settings are right. */
function alarmAddress(running: Values = {}, { rotation, ...flags }: Values): Pick<Remedies, 'alarmEmail'> {
  const [alarmEmail] = [flags, Object(rotation) as Values, running].flatMap((settings) => settings['alarmEmail'] ?? []);
  return typeof alarmEmail === 'string' ? { alarmEmail } : {};
}

/** What cdk.json and `-c` say; the defaults when that is wrong. */
function settingsAtHand(context: Values, sender: unknown): Values {
  try {
    return readSettings(context);
  } catch {
    return readSettings({ sender });
  }
}

/** The flags that turn the settings at hand into those of the deployment, and what no flag can take away. */
function kept(running: Values, atHand: Values): { flags: Values; remark: string } {
  const flags = Object.fromEntries(Object.entries(running).filter(([name, value]) => !isDeepStrictEqual(value, atHand[name])));
  const foreign = Object.keys(atHand).filter((name) => atHand[name] !== undefined && running[name] === undefined);
  return { flags, remark: foreign.length === 0 ? '' : ` (without ${foreign.join(', ')}, which the deployment does not have)` };
}

/** As `-c` takes it: lists of plain words by commas, everything else that is no text as JSON. */
function written(value: unknown): string {
  if (typeof value === 'string') return value;
  const isPlain = Array.isArray(value) && value.every((member) => typeof member === 'string' && !member.includes(','));
  return isPlain ? (value as string[]).join(',') : JSON.stringify(value);
}

/** One word for a POSIX shell. */
const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
