import { paginateListUsers, type IAMClient } from '@aws-sdk/client-iam';
import { distance } from 'fastest-levenshtein';
import { isNoSuchEntity, RotationError } from '../../../lambda/shared/errors';
import type { Session } from '../session';

/** How many letters a mistyped name may differ by, and how many names are offered. */
const NEAR = 3;
const MOST_NAMES = 3;

/** Runs work about a user; when there is none of that name, a RotationError says so and names those that are called nearly so. */
export async function aboutUser<T>({ iam, whoAmI, mayName }: Session, userName: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isNoSuchEntity(cause) && !isNoSuchEntity((cause as { cause?: unknown }).cause)) throw cause;
    const names = await namesNear(iam, userName, mayName);
    const near = names.length === 0 ? '' : `; did you mean ${names.join(' or ')}?`;
    throw new RotationError(`account ${(await whoAmI()).account} has no user "${userName}"${near}`, { cause });
  }
}

/** None when names may not be listed: the error that is being explained comes first. */
async function namesNear(iam: IAMClient, userName: string, mayName: Session['mayName'] = () => true): Promise<string[]> {
  const wanted = userName.toLowerCase();
  const near: { name: string; letters: number }[] = [];
  try {
    for await (const { Users = [] } of paginateListUsers({ client: iam }, {})) {
      for (const { UserName: name = '' } of Users) {
        const letters = distance(wanted, name.toLowerCase());
        if (letters <= NEAR && letters < wanted.length && mayName(name)) near.push({ name, letters });
      }
    }
  } catch {
    return [];
  }
  return near
    .sort((a, b) => a.letters - b.letters || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_NAMES)
    .map(({ name }) => name);
}
