/** What a spreadsheet takes for a formula, in either width and after spaces, too: https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n\0])/;

/** A value as one cell: quoted, and never a formula, however a user or an account is called. */
function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/** One line of a CSV file (RFC 4180), its line end included. */
export const csvLine = (values: readonly (string | number | null)[]): string => `${values.map(cell).join(',')}\r\n`;
