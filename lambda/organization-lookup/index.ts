import { Logger } from '@aws-lambda-powertools/logger';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { clientDefaults } from '../shared/clients';
import { lambdaHandler } from '../shared/handler';
import { answer, type LookupServices } from './answer';
import { readOrganization } from './read-organization';

const services = coldStart();

/** Called by CloudFormation as a custom resource; its attributes are OrganizationId and RootId. `answer` runs for every event. */
export const handler = lambdaHandler('organization lookup', services, (event: CloudFormationCustomResourceEvent) =>
  answer(event, services),
);

/** Runs once per cold start. */
function coldStart(): LookupServices {
  const organizations = new OrganizationsClient(clientDefaults);
  return {
    organization: () => readOrganization(organizations),
    fetch,
    logger: new Logger({ serviceName: 'organization-facts' }),
  };
}
