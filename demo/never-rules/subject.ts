import type { ObservedCall } from '../../sandbox/kernel/observe';

/** The user a call is about, and their account: named by it, or by the name of the secret, wherever that is. */
export function subjectOf({ input, account }: ObservedCall): { account: string; user: string | undefined } {
  if (typeof input['UserName'] === 'string') return { account, user: input['UserName'] };
  const secret = input['SecretId'] ?? input['Name'];
  const [, named = account, user] = (typeof secret === 'string' && /Account_(\d{12})_User_(.+)_AccessKey/.exec(secret)) || [];
  return { account: named, user: user?.replaceAll('/2C', ',') };
}

/** The keys a call is about: named by it, or by the tags that it writes. */
export function keysOf({ input }: ObservedCall): string[] {
  const tags = Array.isArray(input['Tags']) ? (input['Tags'] as { Key?: string }[]) : [];
  const tagged = tags.flatMap(({ Key }) => /^key-rotation:([A-Z0-9]{16,128})$/.exec(Key ?? '')?.[1] ?? []);
  return typeof input['AccessKeyId'] === 'string' ? [input['AccessKeyId']] : tagged;
}
