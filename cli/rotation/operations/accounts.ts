import { OrganizationsClient, paginateListAccounts } from '@aws-sdk/client-organizations';
import { clientDefaults } from '../../../lambda/shared/clients';
import { RotationError } from '../../../lambda/shared/errors';
import { clientSettings } from '../../base/access';
import type { Access } from '../../base/options';
import { openSession, type Session } from '../../keys/session';

/** An account to look into. */
export interface AccountToRead {
  id: string;
  /** Enters it; the role is taken with the first call. */
  enter: () => Promise<Session>;
}

/** The one account that the command line names. */
export async function oneAccount(access: Access): Promise<AccountToRead[]> {
  const session = await openSession(access);
  const id = access.account ?? (await session.whoAmI()).account;
  return [{ id, enter: () => Promise.resolve(session) }];
}

/** Every active account of the organization: that of the credentials as they are, all others through the role. */
export async function everyAccount({ profile, region }: Pick<Access, 'profile' | 'region'>, role: string): Promise<AccountToRead[]> {
  const access = { ...(profile !== undefined && { profile }), ...(region !== undefined && { region }) };
  const home = await openSession(access);
  const { account } = await home.whoAmI();
  const ids: string[] = [];
  const client = new OrganizationsClient({ ...clientDefaults, ...(await clientSettings(access)) });
  for await (const page of paginateListAccounts({ client }, {})) {
    // A page may be empty when there are more: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
    if (!page.Accounts && !page.NextToken)
      throw new RotationError('Organizations answered ListAccounts without the list that was asked for');
    for (const { Id, State, Status } of page.Accounts ?? []) if (Id && (State ?? Status) === 'ACTIVE') ids.push(Id);
  }
  return ids.sort().map((id) => ({
    id,
    enter: () => (id === account ? Promise.resolve(home) : openSession({ ...access, account: id, role })),
  }));
}
