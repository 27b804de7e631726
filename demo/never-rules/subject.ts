import type { ObservedCall } from '../../sandbox/kernel/observe';

/** The user a call is about, and their account: named by it, or by the name of the secret, wherever that is. */
export function subjectOf({ input, account }: ObservedCall): { account: string; user: string | undefined } {
  if (typeof input['UserName'] === 'string') return { account, user: input['UserName'] };
  const secret = input['SecretId'] ?? input['Name'];
  const [, named = account, user] = (typeof secret === 'string' && /Account_(\d{12})_User_(.+)_AccessKey/.exec(secret)) || [];
  return { account: named, user: user?.replace(/\/second$/, '').replaceAll('/2C', ',') };
}
