import { Logger } from '@aws-lambda-powertools/logger';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { clientDefaults } from '../shared/clients';
import { answer, type Services } from './answer';
import { organizationFacts } from './read-organization';

const organizations = new OrganizationsClient(clientDefaults);
const services: Services = {
  facts: () => organizationFacts(organizations),
  fetch,
  logger: new Logger({ serviceName: 'organization-facts' }),
};

/** Called by CloudFormation as a custom resource; its attributes are OrganizationId and RootId. */
export const handler = (event: CloudFormationCustomResourceEvent): Promise<void> => answer(event, services);
