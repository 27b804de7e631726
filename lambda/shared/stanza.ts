/** The setting of a profile in `~/.aws/config` by which programs ask a command for its key. */
export const PROCESS_SETTING = 'credential_process';

/** The heading of a profile's section in `~/.aws/config`, without its brackets. */
export const configHeading = (profile: string): string => (profile === 'default' ? profile : `profile ${profile}`);

/** What `~/.aws/config` holds for a profile whose key renews itself. */
export interface Stanza {
  /** With its brackets. */
  heading: string;
  /** The value of `credential_process`. */
  process: string;
  /** The setting with its value. */
  line: string;
}

/** Programs are started by `command`; undefined when no shell takes the profile's name as it is: the `aws` command line's, POSIX, cmd.exe. */
export function stanzaOf(profile: string, command = 'iam-keys'): Stanza | undefined {
  if (/["\\$`%\r\n]/.test(profile)) return undefined;
  const word = /^[\w+=,.@/:-]+$/.test(profile) ? profile : `"${profile}"`;
  const process = `${command} credentials --profile ${word}`;
  return { heading: `[${configHeading(profile)}]`, process, line: `${PROCESS_SETTING} = ${process}` };
}
