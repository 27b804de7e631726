import { createHash } from 'node:crypto';

/** SHA-256 in hexadecimal digits, as `sha256sum` shows it. */
export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
