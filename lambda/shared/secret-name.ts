/**
 * The name of the secret that holds a user's access key: `Account_<id>_User_<name>_AccessKey`. `,`, which IAM allows in the name of a user
 * and Secrets Manager in no name, becomes `/2C`; IAM allows no `/` there. In policies, `*` stands for every account or user.
 */
export function secretNameFor(account: string, userName: string): string {
  return `Account_${account}_User_${userName.replaceAll(',', '/2C')}_AccessKey`;
}

/** What stands after the name of a user in that of their second secret: IAM allows no `/` in a user's name, and ours encodes only `,` with one. */
const SECOND = '/second';

/** The name of the second secret of a user whose keys are too many for one: `Account_<id>_User_<name>/second_AccessKey`. */
export const secondSecretNameFor = (account: string, userName: string): string => secretNameFor(account, `${userName}${SECOND}`);

/** The user whose secret, first or second, has this between `_User_` and `_AccessKey` in its name. */
export function userOfSecret(part: string): { user: string; isSecond: boolean } {
  const isSecond = part.endsWith(SECOND);
  return { user: (isSecond ? part.slice(0, -SECOND.length) : part).replaceAll('/2C', ','), isSecond };
}

/** What the ARN of a secret ends in after its name: six characters that AWS chooses. */
export const ARN_SUFFIX = '-??????';
