import type { UserFacts } from '../../../lambda/core/plan/user-facts';
import { RotationError } from '../../../lambda/shared/errors';
import { findMemberRole } from '../../deployment/member-role';
import { tagsOfRotation } from '../../keys/operations/by-hand';
import type { Session } from '../../keys/session';

/** What is to be done by hand, and by what name of the member role a rotation is told. */
export interface ByHandWork {
  /** As the person has typed it, such as `rotate alice`. */
  command: string;
  memberRole: string;
}

/**
 * Throws for a user whom a rotation looks after that was not found where the credentials are: its dates and settings are not known here.
 * One is told by its member role in the account, and by its tags on the user; the message says which command has it do the work.
 */
export async function refuseLookedAfter(session: Session, facts: UserFacts, { command, memberRole }: ByHandWork): Promise<void> {
  const { account } = await session.whoAmI();
  const role = await findMemberRole(session.iam, memberRole);
  if (role) {
    const { home } = role;
    const whose = home === undefined ? '' : `, which lets in the one of account ${home}`;
    throw new RotationError(
      `${facts.name}: a rotation looks after this user, and knows dates and settings that this command does not: account ${account} has its role ${memberRole}${whose}; give it the work: ${viaService(command, account, home)}`,
    );
  }
  const tags = tagsOfRotation(facts);
  if (tags.length === 0) return;
  const them = tags.length === 1 ? 'the tag' : 'the tags';
  throw new RotationError(
    `${facts.name}: a rotation looks after this user, and knows dates and settings that this command does not: it set ${them} ${tags.join(' and ')}; give it the work: ${viaService(command, account)}; if there is no such rotation any more, remove ${them} first: aws iam untag-user --user-name ${facts.name} --tag-keys ${tags.join(' ')}`,
  );
}

/** The same command where the rotation is found. */
function viaService(command: string, account: string, home?: string): string {
  if (home === account)
    return `iam-keys ${command} --stack NAME --region REGION (its stack is in this account, by another name or in another region)`;
  const profile = home === undefined ? 'of the account of its stack' : `of account ${home}`;
  return `iam-keys ${command} --profile PROFILE --account ${account} --role ROLE (a profile ${profile}, with --stack and --region where these differ, and a role here that trusts it)`;
}
