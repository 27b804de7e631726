const NAMED = /\bAKIA[A-Z0-9]{12,}\b|issuing:(\w+)|\d{4}-\d\d-\d\dT[\d:.]+Z|\b[0-9a-f]+-sandbox\b/g;

/** Names for what differs between two runs that do the same: key ids, intents' tokens, mails and times. */
export class Names {
  private readonly keys = new Map<string, string>();
  private readonly tokens = new Map<string, string>();

  /** Names a key that exists before the run. */
  learnKey(id: string): void {
    this.keys.set(id, `key${this.keys.size + 1}`);
  }

  /** Names a key that an invocation just created; its n-th is called the same in every run. */
  learnCreated(id: string, invocation: string): void {
    const earlier = [...this.keys.values()].filter((name) => name.endsWith(by(invocation))).length;
    this.keys.set(id, `new${earlier + 1}${by(invocation)}`);
  }

  /** Names the intent that an invocation just wrote. */
  learnToken(tagKey: string, invocation: string): void {
    const token = /issuing:(\w+)$/.exec(tagKey)?.[1];
    if (token === undefined || this.tokens.has(token)) return;
    const earlier = [...this.tokens.values()].filter((name) => name.endsWith(by(invocation))).length;
    this.tokens.set(token, `issuing:${earlier + 1}${by(invocation)}`);
  }

  /** The text with names in place of ids, tokens and times, mails in the order in which it names them; secret values are left out. */
  apply(value: unknown): string {
    const mails = new Map<string, string>();
    return JSON.stringify(value, withoutSecrets).replace(NAMED, (whole, token: string | undefined) => {
      if (token !== undefined) return this.tokens.get(token) ?? whole;
      if (whole.endsWith('-sandbox')) {
        const mail = mails.get(whole) ?? `mail${mails.size + 1}`;
        mails.set(whole, mail);
        return mail;
      }
      return whole.startsWith('AKIA') ? (this.keys.get(whole) ?? whole) : 'time';
    });
  }
}

const by = (invocation: string): string => `-by-${invocation}`;
const DROPPED: ReadonlySet<string> = new Set(['SecretAccessKey', 'SecretString', 'ARN', 'arn', 'secret', 'value', 'Arn']);

function withoutSecrets(key: string, value: unknown): unknown {
  if (DROPPED.has(key)) return undefined;
  if (value instanceof Map) return [...value.entries()].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return value instanceof Set ? [...value].sort() : value;
}

/** The text as if two invocations had changed places. */
export const swapped = (text: string): string => text.replace(/-by-([AB])/g, (_, letter: string) => by(letter === 'A' ? 'B' : 'A'));
