import { EXIT, type ExitCode } from '../base/exit-codes';
import { print } from '../base/output';
import { table } from '../base/table';
import { columnsOf } from '../base/terminal';
import { wrapHanging } from '../base/wrap';
import { openSession } from '../keys/session';
import { useOf } from '../keys/show-keys';
import { userStatus, type UserStatus } from './operations/status';
import { findRotation } from './service';
import type { StatusAsked } from './status';

const COLUMNS = ['user', 'keyId', 'status', 'created', 'ageDays', 'lastUsed', 'due', 'next', 'nextAt', 'why'] as const;

/** Looks at a user and prints where they stand. */
export async function statusAndShow({ user, output, stack, given, ...access }: StatusAsked): Promise<ExitCode> {
  const { profile, region } = access;
  const place = { ...(profile !== undefined && { profile }), ...(region !== undefined && { region }) };
  const rotation = await findRotation({ ...place, given, ...(stack !== undefined && { stack }) });
  const status = await userStatus(await openSession(access), rotation, user, () => new Date());
  await print(output, {
    data: status,
    columns: COLUMNS,
    records: status.keys.map((key) => ({
      user: status.user,
      keyId: key.keyId,
      status: key.status,
      created: key.created,
      ageDays: key.ageDays,
      lastUsed: key.lastUsed?.at ?? null,
      due: key.due,
      next: key.next?.action ?? null,
      nextAt: key.next?.at ?? null,
      why: key.next?.why ?? null,
    })),
    text: () => wrapHanging(textOf(status), columnsOf()),
  });
  return status.keys.some(({ due }) => due) ? EXIT.due : EXIT.fine;
}

const day = (moment: string): string => moment.slice(0, 10);

function textOf(status: UserStatus): string {
  const { user, account, owner, exempt, keys, next, told, settings, notes } = status;
  return [
    `${user} of account ${account}${owner === null ? ', no owner' : `, owner ${owner}`}${exempt === null ? '' : `; left alone: ${exempt}`}`,
    ...(keys.length === 0
      ? ['No access key.']
      : [
          table({
            head: ['Key', 'Status', 'Created', 'Days', 'Last used'],
            rows: keys.map((key) => [key.keyId, key.status, day(key.created), key.ageDays, useOf(key)]),
            numbers: [3],
          }),
        ]),
    `Secret: ${secretOf(status)}`,
    `Remembered: ${rememberedOf(status)}`,
    `Mails go to: ${told.length === 0 ? 'nobody known' : told.join(', ')}`,
    ...(next.length === 0
      ? ['Nothing is to be done within 120 days.']
      : [
          table({
            head: ['Run', 'Key', 'Action', 'Why'],
            rows: next.map(({ at, keyId, label, why }) => [day(at), keyId ?? '', label, why]),
          }),
        ]),
    `Settings: ${settings}.`,
    ...notes,
  ].join('\n');
}

function secretOf({ secret }: UserStatus): string {
  if (secret.state === 'none') return `none; the next key is stored as ${secret.name}`;
  const { name, current, fetched, behind, renamedFrom, state } = secret;
  return [
    name,
    ...(state === 'being deleted' ? ['it is being deleted and can be restored'] : []),
    current === null ? 'holds no key' : `holds ${current}`,
    fetched === null ? 'nobody has fetched it' : `last fetched on ${fetched}`,
    ...(behind.length > 0 ? [`does not reach its replica in ${behind.join(' and ')}`] : []),
    ...(renamedFrom === null ? [] : [`called by the user's former name ${renamedFrom}`]),
  ].join('; ');
}

function rememberedOf({ remembered, tags }: UserStatus): string {
  const facts = [
    ...remembered.flatMap(({ keyId, told, issued, lost }) => [
      ...(issued ? [`${keyId} was issued by the rotation`] : []),
      ...(lost === null ? [] : [`${keyId} was in no secret on ${day(lost)}`]),
      ...Object.entries(told).map(([step, { on, at }]) => `people were told on ${day(at)}: ${keyId}, ${step} on ${day(on)}`),
    ]),
    ...Object.entries(tags).map(([key, value]) => `tag ${key} = ${value}`),
  ];
  return facts.length === 0 ? 'nothing' : `\n${facts.map((fact) => `  ${fact}`).join('\n')}`;
}
