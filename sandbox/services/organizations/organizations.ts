import type * as sdk from '@aws-sdk/client-organizations';
import { pathOf } from '../../authorize/facts';
import type { Check } from '../../kernel/contracts';
import { ServiceError } from '../../kernel/service-error';
import type { Member } from '../../kernel/world';
import { pageAfter, pageSize } from '../paging';
import { handlersOf, type Call, type SdkShapes } from '../service';

/** Marks the token that follows an empty page. */
const emptyPage = 'empty:';

/** Organizations: who is in it. Only the management account, delegated administrators and those the delegation policy names may ask. */
export const organizations = handlersOf<SdkShapes<typeof sdk>>({
  ListAccounts: {
    reads: true,
    checks: (_, call) => [check('organizations:ListAccounts', '*', call)],
    handle({ NextToken, MaxResults }, call) {
      const { organizations: settings } = call.platform.settings;
      const size = Math.min(
        pageSize(MaxResults, { standard: 20, most: 20, name: 'maxResults', code: 'InvalidInputException' }),
        settings.pageSize,
      );
      const resumed = NextToken?.startsWith(emptyPage) === true;
      const [page = '1', token] = (resumed ? NextToken.slice(emptyPage.length) : (NextToken ?? '1')).split(':', 2);
      if (!/^\d+$/.test(page)) throw new ServiceError('InvalidInputException', 'You specified an invalid value for nextToken.');
      if (!resumed && Number(page) === settings.emptyPageBefore) return { Accounts: [], NextToken: `${emptyPage}${NextToken ?? '1'}` };
      const members = call.world.organization.members.values();
      const { items, next } = pageAfter(members, (member) => member.id, token, size);
      return { Accounts: items.map((member) => accountOf(member, call)), NextToken: next && `${Number(page) + 1}:${next}` };
    },
  },
  DescribeAccount: {
    reads: true,
    checks: ({ AccountId }, call) => [check('organizations:DescribeAccount', accountArn(AccountId, call), call)],
    handle({ AccountId }, call) {
      const member = call.world.organization.members.get(AccountId);
      if (!member) {
        throw new ServiceError('AccountNotFoundException', "You specified an account that doesn't exist.");
      }
      return { Account: accountOf(member, call) };
    },
  },
  DescribeOrganization: {
    reads: true,
    checks: () => [{ action: 'organizations:DescribeOrganization', resource: '*' }],
    handle(_, { world }) {
      const { organization, managementAccount } = world;
      const management = organization.members.get(managementAccount);
      const arn = `arn:${world.partition}:organizations::${managementAccount}`;
      return {
        Organization: {
          Id: organization.id,
          Arn: `${arn}:organization/${organization.id}`,
          FeatureSet: organization.billingOnly === undefined ? ('ALL' as const) : ('CONSOLIDATED_BILLING' as const),
          MasterAccountId: managementAccount,
          MasterAccountArn: `${arn}:account/${organization.id}/${managementAccount}`,
          MasterAccountEmail: management?.email,
        },
      };
    },
  },
  EnableAllFeatures: {
    checks: (_, call) => [check('organizations:EnableAllFeatures', '*', call)],
    handle(_, call) {
      managementOnly(call);
      const { world, now } = call;
      const { organization, managementAccount } = world;
      if (organization.billingOnly === undefined) {
        throw new ServiceError('HandshakeConstraintViolationException', 'The organization already has all features enabled.');
      }
      // Every member has to agree: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_org_support-all-features.html
      organization.billingOnly = 'enabling';
      const Id = `h-${organization.id.slice(2)}`;
      const Arn = `arn:${world.partition}:organizations::${managementAccount}:handshake/${organization.id}/enable_all_features/${Id}`;
      return { Handshake: { Id, Arn, State: 'REQUESTED' as const, RequestedTimestamp: now, Action: 'ENABLE_ALL_FEATURES' as const } };
    },
  },
  RegisterDelegatedAdministrator: {
    checks: ({ AccountId }, call) => [check('organizations:RegisterDelegatedAdministrator', accountArn(AccountId, call), call)],
    handle({ AccountId }, call) {
      managementOnly(call);
      const { members, delegatedAdministrators } = call.world.organization;
      if (!members.has(AccountId)) throw new ServiceError('AccountNotFoundException', "You specified an account that doesn't exist.");
      if (delegatedAdministrators.has(AccountId)) {
        const message = 'The provided account is already a delegated administrator for your organization.';
        throw new ServiceError('AccountAlreadyRegisteredException', message);
      }
      delegatedAdministrators.add(AccountId);
      return {};
    },
  },
  ListRoots: {
    reads: true,
    checks: (_, call) => [check('organizations:ListRoots', '*', call)],
    handle(_, { world }) {
      const { organization, managementAccount } = world;
      const arn = `arn:${world.partition}:organizations::${managementAccount}:root/${organization.id}/${organization.rootId}`;
      return { Roots: [{ Id: organization.rootId, Arn: arn, Name: 'Root', PolicyTypes: [] }] };
    },
  },
});

function check(action: string, resource: string, { world, caller }: Call): Check {
  const { account } = caller.principal;
  const own = account === world.managementAccount || world.organization.delegatedAdministrators.has(account);
  return { action, resource, ...(!own && { refusal: "You don't have permissions to access this resource." }) };
}

/** Delegated administrators read the organization; changing it is for the management account. */
function managementOnly({ world, account }: Call): void {
  if (account.id === world.managementAccount) return;
  throw new ServiceError('AccessDeniedException', "You don't have permissions to access this resource.");
}

const accountArn = (id: string, { world }: Call): string =>
  `arn:${world.partition}:organizations::${world.managementAccount}:account/${world.organization.id}/${id}`;

function accountOf(member: Member, call: Call): sdk.Account {
  const { accountMembers } = call.platform.settings.organizations;
  const retired = {
    PENDING_ACTIVATION: 'SUSPENDED',
    ACTIVE: 'ACTIVE',
    SUSPENDED: 'SUSPENDED',
    PENDING_CLOSURE: 'PENDING_CLOSURE',
    CLOSED: 'SUSPENDED',
  } as const;
  return {
    Id: member.id,
    Arn: accountArn(member.id, call),
    Name: member.name,
    Email: member.email,
    JoinedMethod: 'CREATED',
    JoinedTimestamp: member.joined,
    ...(accountMembers.Status && { Status: retired[member.state] }),
    ...(accountMembers.State && { State: member.state }),
    ...(accountMembers.Paths && { Paths: [`${pathOf(call.world.organization, member.id)}${member.id}/`] }),
  };
}
