/**
 * The name of the secret that holds a user's access key: `Account_<id>_User_<name>_AccessKey`. `,`, which IAM allows in the name of a user
 * and Secrets Manager in no name, becomes `/2C`; IAM allows no `/` there. In policies, `*` stands for every account or user.
 */
export function secretNameFor(account: string, userName: string): string {
  return `Account_${account}_User_${userName.replaceAll(',', '/2C')}_AccessKey`;
}

/** What the ARN of a secret ends in after its name: six characters that AWS chooses. */
export const ARN_SUFFIX = '-??????';
