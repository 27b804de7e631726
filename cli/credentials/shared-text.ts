/** An access key as files hold it. */
export interface StaticKey {
  id: string;
  secret: string;
}

/** What a profile's section of a credentials file holds. */
export interface SectionKey extends Partial<StaticKey> {
  /** Of temporary credentials. */
  token?: string;
}

/** A profile's section cannot be changed; nothing was written. */
export class SharedTextError extends Error {
  override readonly name = 'SharedTextError';
}

const ID = 'aws_access_key_id';
const SECRET = 'aws_secret_access_key';
const TOKEN = 'aws_session_token';

const VALUE = /^([^=]*=[^\S\r\n]*)(.*?)((?:[^\S\r\n]+[#;][^\r\n]*)?[^\S\r\n]*(?:\r\n|\n|\r)?)$/;

interface Line {
  /** With its line end. */
  text: string;
}

interface Section {
  /** Indices of lines: the heading, and the first line after the section. */
  start: number;
  end: number;
}

const linesOf = (text: string): Line[] => (text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? []).map((line) => ({ text: line }));
const bodyOf = ({ text }: Line): string => text.replace(/^\ufeff/, '').replace(/[\r\n]+$/, '');
const endOf = ({ text }: Line): string => /[\r\n]+$/.exec(text)?.[0] ?? '';

/** The line end of a text, by its first line. */
const lineEndOf = (lines: readonly Line[]): string => (lines[0] && endOf(lines[0])) || '\n';

/** The name in a heading, as the SDKs read it: `[name]`, and in a configuration file `[profile name]`, quoted or not. */
function headingOf(line: Line): string | undefined {
  const [, inside] = /^\s*\[([^\]]*)\]/.exec(bodyOf(line)) ?? [];
  return inside
    ?.trim()
    .replace(/^(profile\s+)?(["'])(.*)\2$/, (_, prefix: string | undefined, __, name: string) => `${prefix ?? ''}${name}`);
}

/** `name = value` of a line; a line that is indented belongs to the value before it. */
function settingOf(line: Line): { name: string; value: string } | undefined {
  const [, name, value] = /^([^\s#;=[][^=]*?)\s*=\s*(.*?)\s*$/.exec(bodyOf(line)) ?? [];
  return name === undefined || value === undefined ? undefined : { name: name.toLowerCase(), value: value.replace(/\s+[#;].*$/, '') };
}

function sectionOf(lines: readonly Line[], heading: string): Section | undefined {
  const starts = lines.flatMap((line, index) => (headingOf(line) === heading ? [index] : []));
  const [start] = starts;
  if (start === undefined) return undefined;
  if (starts.length > 1) {
    throw new SharedTextError(
      `the section [${heading}] is there ${starts.length} times, in lines ${starts.map((at) => at + 1).join(' and ')}; leave one of them`,
    );
  }
  const next = lines.findIndex((line, index) => index > start && headingOf(line) !== undefined);
  return { start, end: next < 0 ? lines.length : next };
}

const settingsIn = (lines: readonly Line[], section: Section): { at: number; name: string; value: string }[] =>
  lines.slice(section.start + 1, section.end).flatMap((line, index) => {
    const setting = settingOf(line);
    return setting ? [{ at: section.start + 1 + index, ...setting }] : [];
  });

/** The headings of all sections, in order. */
export const headingsOf = (text: string): string[] => linesOf(text).flatMap((line) => headingOf(line) ?? []);

/** All settings of a section by their names in lower case; undefined when there is no such section. */
export function readSection(text: string, heading: string): Record<string, string> | undefined {
  const lines = linesOf(text);
  const section = sectionOf(lines, heading);
  return section && Object.fromEntries(settingsIn(lines, section).map(({ name, value }) => [name, value]));
}

/** The key in a profile's section; undefined when there is no such section. */
export function readKey(text: string, profile: string): SectionKey | undefined {
  const section = readSection(text, profile);
  if (!section) return undefined;
  const { [ID]: id, [SECRET]: secret, [TOKEN]: token } = section;
  return { ...(id && { id }), ...(secret && { secret }), ...(token && { token }) };
}

/**
 * The text with these settings in a section, which is added at the end when it is missing. All else, comments, order, blank lines and line
 * ends included, stays as it is.
 */
export function withSettings(text: string, heading: string, settings: Readonly<Record<string, string>>): string {
  const lines = linesOf(text);
  const lineEnd = lineEndOf(lines);
  const section = sectionOf(lines, heading);
  const written = Object.entries(settings).map(([name, value]) => [name, `${name} = ${value}${lineEnd}`] as const);
  if (!section) {
    const last = lines.at(-1);
    const open = last && endOf(last) === '' ? lineEnd : '';
    const apart = last && (open !== '' || bodyOf(last).trim() !== '') ? lineEnd : '';
    return `${text}${open}${apart}[${heading}]${lineEnd}${written.map(([, line]) => line).join('')}`;
  }
  const present = settingsIn(lines, section);
  let after = section.start;
  for (const [name, line] of written) {
    const places = present.filter((setting) => setting.name === name);
    for (const { at } of places) replaceValue(lines, at, settings[name] ?? '');
    const [place] = places;
    if (place) {
      after = place.at;
      continue;
    }
    const before = lines[after];
    // Lines are appended to the one they follow, so that the places of all others stay.
    if (before) before.text = `${before.text}${endOf(before) === '' ? lineEnd : ''}${line}`;
  }
  return lines.map((line) => line.text).join('');
}

/** The spaces before a value and a comment behind it stay. */
function replaceValue(lines: Line[], at: number, value: string): void {
  const [, before = '', , behind = ''] = VALUE.exec(lines[at]?.text ?? '') ?? [];
  lines[at] = { text: `${before}${value}${behind}` };
}

/** The text with a key in a profile's section; throws where that holds temporary credentials. */
export function withKey(text: string, profile: string, key: StaticKey): string {
  if (readKey(text, profile)?.token !== undefined) {
    throw new SharedTextError(`the section [${profile}] holds temporary credentials (${TOKEN}); take them out first`);
  }
  return withSettings(text, profile, { [ID]: key.id, [SECRET]: key.secret });
}

/** The text without a profile's key; a section that held nothing else goes with it. */
export function withoutKey(text: string, profile: string): string {
  const lines = linesOf(text);
  const section = sectionOf(lines, profile);
  if (!section) return text;
  const keys = new Set(settingsIn(lines, section).flatMap(({ at, name }) => (name === ID || name === SECRET ? [at] : [])));
  const rest = lines.slice(section.start + 1, section.end).filter((_, index) => !keys.has(section.start + 1 + index));
  if (rest.every((line) => bodyOf(line).trim() === '')) for (let at = section.start; at < section.end; at += 1) keys.add(at);
  return lines.flatMap(({ text: line }, index) => (keys.has(index) ? [] : [line])).join('');
}
