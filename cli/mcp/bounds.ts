import { RotationError } from '../../lambda/shared/errors';

/** What a model may name; without a list, everything. */
export interface Bounds {
  users?: readonly string[];
  profiles?: readonly string[];
}

const PATTERN = /^[\w+=,.@*?/ -]+$/;

/** Reads a pattern: `*` stands for any characters, `?` for one. */
export function pattern(text: string): string {
  if (!PATTERN.test(text)) throw new Error(`"${text}" must be a name, in which * stands for any characters and ? for one`);
  return text;
}

const matches = (name: string, pattern: string): boolean => {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(name);
};

const isWithin = (name: string, patterns: readonly string[] | undefined): boolean =>
  patterns === undefined || patterns.some((pattern) => matches(name, pattern));

/** Whether the model may know of a user; names are compared letter by letter. */
export const mayNameUser = ({ users }: Bounds, name: string): boolean => isWithin(name, users);

/** Whether the model may name a profile. */
export const mayNameProfile = ({ profiles }: Bounds, name: string): boolean => isWithin(name, profiles);

/** Throws for a user who is none of those that the server was started for. */
export function assertUser(bounds: Bounds, name: string): void {
  if (mayNameUser(bounds, name)) return;
  throw new RotationError(
    `this server was started for the users ${bounds.users?.join(', ') ?? ''}, and ${name} is none of them; whoever runs it can change --users`,
  );
}

/** Throws for a profile that is none of those that the server was started for. */
export function assertProfile(bounds: Bounds, name: string): void {
  if (mayNameProfile(bounds, name)) return;
  throw new RotationError(
    `this server was started for the profiles ${bounds.profiles?.join(', ') ?? ''}, and ${name} is none of them; whoever runs it can change --profiles`,
  );
}
