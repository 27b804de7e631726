import { CfnApiKey, CfnUsagePlan, CfnUsagePlanKey, type Stage } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';

/** Whose plans are made. */
export interface ClientsProps {
  names: readonly string[];
  /** Of API keys; the client's name follows. */
  keyPrefix: string;
  /** Of usage plans, by which functions know a key's client; the client's name follows. */
  planPrefix: string;
  stage: Stage;
}

/** What one client may ask for; a burst is a deployment of its machines. Both are best effort: */
/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html */
const THROTTLE = { rateLimit: 10, burstLimit: 20 };
/** A token and a key every minute for ten machines, and as much again. */
const QUOTA = { limit: 60_000, period: 'DAY' };

/** One usage plan and one API key for each client: the key identifies the client, and its plan bounds what it may ask for. */
export class Clients extends Construct {
  constructor(scope: Construct, id: string, { names, keyPrefix, planPrefix, stage }: ClientsProps) {
    super(scope, id);
    for (const name of names) {
      const client = new Construct(this, name);
      const key = new CfnApiKey(client, 'Key', {
        name: `${keyPrefix}${name}`,
        description: `The client ${name} of the key API`,
        enabled: true,
      });
      const plan = new CfnUsagePlan(client, 'Plan', {
        usagePlanName: `${planPrefix}${name}`,
        description: `What the client ${name} of the key API may ask for`,
        apiStages: [{ apiId: stage.restApi.restApiId, stage: stage.stageName }],
        throttle: THROTTLE,
        quota: QUOTA,
      });
      new CfnUsagePlanKey(client, 'PlanKey', { keyId: key.ref, keyType: 'API_KEY', usagePlanId: plan.ref });
    }
  }
}
