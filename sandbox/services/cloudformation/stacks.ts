import { parseArn } from '../../kernel/arn';
import { uuid } from '../../kernel/identifiers';
import type { StackState } from '../../kernel/world';
import type { Call } from '../service';

/** A stack's name, which may be given as its ARN. */
export const nameOf = (id: string): string => parseArn(id)?.resource.split('/')[1] ?? id;

/** The ARN of a stack of the caller's account and region. */
export const stackArn = (name: string, { account, region, world }: Call): string =>
  `arn:${world.partition}:cloudformation:${region}:${account.id}:stack/${name}/${uuid(`${account.id}/${region}/${name}`)}`;

/** The stacks of the caller's account and region. */
export function stacksOf({ world, account, region }: Call): StackState[] {
  return [...world.stacks.values()].filter((stack) => stack.account === account.id && stack.region === region);
}

/** The stack of that name or ARN, if there is one. */
export const stackOf = (id: string, call: Call): StackState | undefined => stacksOf(call).find(({ name }) => name === nameOf(id));
