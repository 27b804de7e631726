import { needsTwoSecrets } from '../../lambda/shared/in-turn';
import type { Settings } from './fields';
import { grantedUsers, type KeyApiSettings } from './key-api';
import { repeated } from './shape';

/** Most users that may be granted: the role of the key API names the secret of each, and a role's inline policies hold 10,240 characters. */
export const MAX_GRANTED_USERS = 50;
/**
 * Lambda allows 4,096 bytes for all variables of a function, measured as JSON, and the rotator has others:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_GRANTS_BYTES = 1_800;
/** Most clients: each is a usage plan and an API key: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const MAX_CLIENTS = 50;

/** As Lambda measures it: the grants are JSON inside JSON. */
const bytesOf = (grants: unknown): number => Buffer.byteLength(JSON.stringify(JSON.stringify(grants)));

function storeMistakes({ keyApi, secretStore }: Partial<Settings>): string[] {
  if (!keyApi || secretStore === undefined || secretStore === 'central') return [];
  return [
    `keyApi: needs secretStore=central, got secretStore="${secretStore}": what a member account's own key encrypts cannot be read from another account`,
  ];
}

function accountMistakes({ excludeAccounts = [], deployment, accounts = [] }: Partial<Settings>, grants: readonly string[]): string[] {
  const listed = accounts.map(({ id }) => id);
  return [
    ...grants
      .filter((id) => excludeAccounts.includes(id))
      .map((id) => `keyApi.clients: "${id}" is in excludeAccounts, so its keys are not rotated`),
    ...(deployment === 'list'
      ? grants.filter((id) => listed.length > 0 && !listed.includes(id)).map((id) => `keyApi.clients: "${id}" is not in accounts`)
      : []),
  ];
}

function sizeMistakes(
  { clients }: KeyApiSettings,
  granted: Readonly<Record<string, string[]>>,
  { policies = [] }: Partial<Settings>,
): string[] {
  const count = Object.values(granted).flat().length;
  const inTurn = policies.some(({ rotate }) => needsTwoSecrets(rotate));
  const most = inTurn ? MAX_GRANTED_USERS / 2 : MAX_GRANTED_USERS;
  const bytes = Math.max(bytesOf(clients), bytesOf(granted));
  const names = Object.keys(clients).length;
  return [
    ...(names > MAX_CLIENTS ? [`keyApi.clients: at most ${MAX_CLIENTS} clients, got ${names}`] : []),
    ...(count > most
      ? [`keyApi.clients: at most ${most} users together${inTurn ? ', of whom each may have two secrets' : ''}, got ${count}`]
      : []),
    ...(bytes > MAX_GRANTS_BYTES
      ? [`keyApi.clients: at most ${MAX_GRANTS_BYTES} bytes of variables, got ${bytes}; grant fewer users`]
      : []),
  ];
}

/** Every mistake between the key API and other settings, and between its own parts. */
export function keyApiMistakes(settings: Partial<Settings>): string[] {
  const { keyApi } = settings;
  if (!keyApi) return [];
  const granted = grantedUsers(keyApi);
  const twice = Object.entries(keyApi.clients).flatMap(([client, accounts]) =>
    Object.entries(accounts).flatMap(([account, names]) =>
      repeated(names).map((name) => `keyApi.clients.${client}.${account}: "${name}" is listed twice`),
    ),
  );
  return [
    ...storeMistakes(settings),
    ...twice,
    ...accountMistakes(settings, Object.keys(granted)),
    ...sizeMistakes(keyApi, granted, settings),
  ];
}
