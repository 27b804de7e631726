/** Reads a whole number within limits; what it throws names the value and the limits. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new Error(`"${text}" must be a whole number from ${least} to ${most}`);
  };

/** Reads comma-separated values, spaces around them aside. */
export const listOf =
  <T>(read: (text: string) => T) =>
  (text: string): T[] =>
    text.split(',').map((item) => read(item.trim()));

/** Reads an AWS account id. */
export function accountId(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new Error(`"${text}" must be an account id of 12 digits`);
  return text;
}

/** Reads `<name>=<value>`; the value may contain further equals signs. */
export function nameAndValue(text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`"${text}" must be <name>=<value>`);
  return [text.slice(0, at), text.slice(at + 1)];
}
