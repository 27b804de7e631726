import type { Answer } from '../base/output';
import { table } from '../base/table';
import type { ShownKey } from './operations/list-keys';

/** What a record of a key is made of, in CSV. */
const COLUMNS = ['user', 'keyId', 'status', 'created', 'ageDays', 'lastUsed', 'service', 'region'] as const;

const day = (moment: string): string => moment.slice(0, 10);

/** When and for what a key was used, in words. */
export const useOf = ({ lastUsed }: Pick<ShownKey, 'lastUsed'>): string =>
  lastUsed === undefined ? 'never' : `${day(lastUsed.at)} ${lastUsed.service} ${lastUsed.region}`;

/** Keys as a table for people. */
export const keyTable = (keys: readonly ShownKey[]): string =>
  table({
    head: ['User', 'Key', 'Status', 'Created', 'Days', 'Last used'],
    rows: keys.map((key) => [key.user, key.keyId, key.status, day(key.created), key.ageDays, useOf(key)]),
    numbers: [4],
  });

/** Keys in each form, with what else there is to say: `data` around them, and the text for people. */
export const keyAnswer = (keys: readonly ShownKey[], data: object, text: () => string): Answer => ({
  data,
  columns: COLUMNS,
  records: keys.map(({ lastUsed, ...key }) => ({
    ...key,
    lastUsed: lastUsed?.at ?? null,
    service: lastUsed?.service ?? null,
    region: lastUsed?.region ?? null,
  })),
  text,
});
