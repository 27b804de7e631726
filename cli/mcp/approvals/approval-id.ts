/** What a waiting change is called. */
export const APPROVAL_ID = /^[0-9a-f]{8}$/;

/** Reads the name of a waiting change. */
export function approvalId(text: string): string {
  if (!APPROVAL_ID.test(text)) throw new Error(`"${text}" must be the 8 characters that a waiting change is called, such as 3fa9c07e`);
  return text;
}
