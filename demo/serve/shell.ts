/** One word for a POSIX shell, whatever it holds. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Commands that set variables, one line each; `undefined` unsets. */
export function exportLines(variables: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(variables)
    .map(([name, value]) => (value === undefined ? `unset ${name}\n` : `export ${name}=${quoted(value)}\n`))
    .join('');
}

/** A command that shows a text to the person, also when its output is evaluated. */
export const tellLine = (text: string): string => `printf '%s\\n' ${quoted(text)} >&2\n`;
