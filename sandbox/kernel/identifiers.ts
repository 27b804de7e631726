import { hash } from 'node:crypto';

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const mixed = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const alphanumeric = mixed.slice(0, 62);
const lower = 'abcdefghijklmnopqrstuvwxyz0123456789';

function textFrom(alphabet: string, seed: string, length: number): string {
  let text = '';
  for (let block = 0; text.length < length; block += 1) {
    for (const byte of hash('sha256', `${seed}/${block}`, 'buffer')) text += alphabet[byte % alphabet.length] ?? '';
  }
  return text.slice(0, length);
}

/** An access key id: prefix `AKIA` (users) or `ASIA` (sessions) and 16 characters; the same seed gives the same id. */
export const accessKeyId = (prefix: 'AKIA' | 'ASIA', seed: string): string => prefix + textFrom(upper, seed, 16);

/** An IAM unique id such as `AIDA…` (users) or `AROA…` (roles): prefix and 17 characters. */
export const uniqueId = (prefix: string, seed: string): string => prefix + textFrom(upper, seed, 17);

/** Random-looking text for secrets and tokens. */
export const secretText = (seed: string, length: number): string => textFrom(mixed, seed, length);

/** The characters that Secrets Manager appends to an ARN. */
export const arnSuffix = (seed: string): string => textFrom(alphanumeric, seed, 6);

/** A UUID made from a seed. */
export function uuid(seed: string): string {
  const hex = hash('sha256', seed);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

/** The id of something in API Gateway. */
export const apiId = (seed: string): string => textFrom(lower, seed, 10);

/** The value of an API key. */
export const apiKeyValue = (seed: string): string => textFrom(alphanumeric, seed, 40);
