import { paginateGetApiKeys, paginateGetUsagePlans, type ApiKey, type UsagePlan } from '@aws-sdk/client-api-gateway';
import { RotationError } from '../../lambda/shared/errors';
import type { KeyApi } from './open';

/** An API key of a client; its value is not in it. */
export interface ClientKey {
  id: string;
  isOn: boolean;
  /** ISO 8601. */
  created: string;
  /** The stack made it, and deletes it with the client; `rotate` made the others. */
  isOfStack: boolean;
}

/** A client that the deployed settings name. */
export interface ApiClient {
  client: string;
  /** Account → users. */
  users: Readonly<Record<string, readonly string[]>>;
  /** Absent while the stack that is deployed has no usage plan of it. */
  planId?: string;
  /** The newest first. */
  keys: ClientKey[];
}

/** What there is of API keys. */
export interface ApiClients {
  clients: ApiClient[];
  /** Keys that `rotate` made for clients that are gone, or left outside every usage plan. */
  left: (ClientKey & { client: string })[];
}

/** Reads clients and keys. API Gateway is asked for no value of a key: a key's plan is asked for, not a plan's keys. */
export async function readClients(api: KeyApi): Promise<ApiClients> {
  const { gateway: client, keyPrefix, planPrefix, grants } = api;
  const plans = await plansOf(api);
  const keys: ApiKey[] = [];
  for await (const page of paginateGetApiKeys({ client }, { nameQuery: keyPrefix, includeValues: false })) keys.push(...(page.items ?? []));
  const clients: ApiClient[] = Object.entries(grants).map(([name, users]) => {
    const planId = plans.find((plan) => plan.name === `${planPrefix}${name}`)?.id;
    return { client: name, users, ...(planId !== undefined && { planId }), keys: [] };
  });
  const left: ApiClients['left'] = [];
  for (const key of keys) {
    const known = keyOf(key, api);
    const [plan] = await plansOf(api, known.id);
    const owner = clients.find(({ planId }) => planId !== undefined && planId === plan?.id);
    const { name = '' } = key;
    if (owner) owner.keys.push(known);
    else if (!known.isOfStack && name.startsWith(planPrefix)) left.push({ ...known, client: name.slice(planPrefix.length) });
  }
  for (const one of clients) one.keys.sort((a, b) => (a.created < b.created ? 1 : -1));
  return { clients, left };
}

/** One client, which the deployed settings name; throws a RotationError that names those there are. */
export async function readClient(api: KeyApi, name: string): Promise<ApiClient & { planId: string }> {
  const { clients } = await readClients(api);
  const found = clients.find(({ client }) => client === name);
  const there = clients.map(({ client }) => client).join(', ');
  if (!found) throw new RotationError(`there is no client ${name} in keyApi.clients; there are: ${there === '' ? 'none' : there}`);
  const { planId } = found;
  if (planId === undefined)
    throw new RotationError(`the client ${name} has no usage plan: deploy the settings that name it, then ask again`);
  return { ...found, planId };
}

/** Usage plans of this stage, of all keys or of one. */
async function plansOf({ gateway: client, apiId, stage }: KeyApi, keyId?: string): Promise<UsagePlan[]> {
  const plans: UsagePlan[] = [];
  for await (const page of paginateGetUsagePlans({ client }, keyId === undefined ? {} : { keyId })) plans.push(...(page.items ?? []));
  return plans.filter(({ apiStages = [] }) => apiStages.some((one) => one.apiId === apiId && one.stage === stage));
}

function keyOf({ id, enabled, createdDate }: ApiKey, { ofStack }: KeyApi): ClientKey {
  if (id === undefined || enabled === undefined || !createdDate) throw new RotationError('the answer of API Gateway is incomplete');
  return { id, isOn: enabled, created: createdDate.toISOString(), isOfStack: ofStack.includes(id) };
}
