import type { IConstruct } from 'constructs';

/** Why one statement of a policy is there. */
export interface Reason {
  /** One sentence: what it is for, or what would not work without it. */
  why: string;
  /** Why the resources cannot be named exactly. */
  wildcard?: string;
  /** The AWS service that makes the calls itself; absent when the function's code makes them. */
  by?: string;
}

/** What docs/security.md says about a policy beside the policy itself. */
export interface Explanation {
  purpose: string;
  /** Folder below `lambda/` whose code uses the policy. */
  entry?: string | undefined;
  /** By the statements' sids; a statement without one is found under ''. */
  statements: Readonly<Record<string, Reason>>;
}

/** Why a statement is there that the CDK's `enforceSSL` adds. */
export const ONLY_TLS: Reason = { why: 'Refuses every request that is not encrypted in transit.' };

const explanations = new WeakMap<IConstruct, Explanation>();

/** Explains every policy that the construct makes. */
export function explain(construct: IConstruct, explanation: Explanation): void {
  explanations.set(construct, explanation);
}

/** The explanation of the construct or of the nearest one around it; undefined when nobody has explained it. */
export function explanationOf(construct: IConstruct): Explanation | undefined {
  return construct.node.scopes
    .toReversed()
    .flatMap((scope) => explanations.get(scope) ?? [])
    .at(0);
}
