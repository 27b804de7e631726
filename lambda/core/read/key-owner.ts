import { GetAccessKeyLastUsedCommand, type IAMClient } from '@aws-sdk/client-iam';
import { errorFacts, isNoSuchEntity } from '../../shared/errors';

/** The user who has a key; undefined when no user of the account has it: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html */
export async function keyOwner(iam: IAMClient, keyId: string): Promise<string | undefined> {
  try {
    return (await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId }))).UserName;
  } catch (error) {
    // Who may ask about every user of the account is refused only about keys of none.
    if (isNoSuchEntity(error) || errorFacts(error).error.startsWith('AccessDenied')) return undefined;
    throw error;
  }
}
