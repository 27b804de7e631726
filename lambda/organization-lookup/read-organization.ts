import { DescribeOrganizationCommand, paginateListRoots, type OrganizationsClient } from '@aws-sdk/client-organizations';
import { AccountFailedError, errorFacts } from '../shared/errors';

/** What the stack must know of the organization. */
export interface OrganizationIds {
  /** `o-` and 10 to 32 characters. */
  OrganizationId: string;
  /** `r-` and 4 to 32 characters. */
  RootId: string;
}

const HINT: Readonly<Record<string, string>> = {
  AWSOrganizationsNotInUseException: 'this account belongs to no organization; deploy into the management account of one',
  AccessDeniedException: "only the organization's management account or a delegated administrator may ask; deploy there",
};

function refusal(cause: unknown): AccountFailedError {
  const { error, message } = errorFacts(cause);
  return new AccountFailedError(`cannot read the organization: ${HINT[error] ?? 'AWS Organizations refused'} (${error}: ${message})`, {
    cause,
  });
}

async function describeOrganization(
  organizations: OrganizationsClient,
): Promise<{ organizationId: string | undefined; roots: (string | undefined)[] }> {
  try {
    const { Organization } = await organizations.send(new DescribeOrganizationCommand({}));
    const roots: (string | undefined)[] = [];
    for await (const page of paginateListRoots({ client: organizations }, {})) roots.push(...(page.Roots ?? []).map(({ Id }) => Id));
    return { organizationId: Organization?.Id, roots };
  } catch (cause) {
    throw refusal(cause);
  }
}

/** Reads the ids of the organization and its one root; throws an AccountFailedError that says what to do. */
export async function readOrganization(organizations: OrganizationsClient): Promise<OrganizationIds> {
  const { organizationId, roots } = await describeOrganization(organizations);
  const [rootId, ...others] = roots;
  if (organizationId === undefined) throw new AccountFailedError('cannot read the organization: AWS Organizations answered without an id');
  if (rootId === undefined || others.length > 0) {
    throw new AccountFailedError(`cannot read the organization: ${organizationId} has ${roots.length} roots, expected exactly 1`);
  }
  return { OrganizationId: organizationId, RootId: rootId };
}
