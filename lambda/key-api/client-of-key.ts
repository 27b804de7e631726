import { GetUsagePlansCommand, type APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { errorFacts } from '../shared/errors';
import { RefusedError } from './refused';

/** How long an API key's client is remembered: API Gateway itself refuses a key that is disabled or gone. */
const REMEMBERED_MS = 300_000;

/** The REST API and stage that a request came through. */
export interface Stage {
  apiId: string;
  stage: string;
}

/** How the clients of API keys are found. */
export interface ClientKeysProps {
  gateway: APIGatewayClient;
  /** What the name of a client's usage plan begins with. */
  planPrefix: string;
  clients: readonly string[];
  clock: () => Date;
}

/**
 * Whose an API key is: of the client whose usage plan holds it for this stage. A key is in at most one plan of a stage, so that it is one
 * client's: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export class ClientKeys {
  private readonly known = new Map<string, { client: string | undefined; until: number }>();

  constructor(private readonly props: ClientKeysProps) {}

  /** Undefined when the key belongs to no client; throws when API Gateway does not say. */
  async clientOf(keyId: string, stage: Stage): Promise<string | undefined> {
    const now = this.props.clock().getTime();
    const before = this.known.get(keyId);
    if (before && now < before.until) return before.client;
    const client = await this.lookUp(keyId, stage);
    this.known.set(keyId, { client, until: now + REMEMBERED_MS });
    return client;
  }

  private async lookUp(keyId: string, { apiId, stage }: Stage): Promise<string | undefined> {
    const { gateway, planPrefix, clients } = this.props;
    const { items } = await gateway.send(new GetUsagePlansCommand({ keyId })).catch((cause: unknown) => {
      throw new RefusedError('not-available', `API Gateway did not say whose an API key is: ${errorFacts(cause).message}`, { cause });
    });
    const plans = (items ?? []).filter(({ apiStages = [] }) => apiStages.some((one) => one.apiId === apiId && one.stage === stage));
    const [client, ...others] = clients.filter((name) => plans.some((plan) => plan.name === `${planPrefix}${name}`));
    return others.length > 0 ? undefined : client;
  }
}
