import { parseArn } from '../kernel/arn';
import type { PolicyDocument, Principal, Statement } from '../kernel/world';
import { conditionsHold } from './conditions';
import { expand, like, type Facts } from './patterns';

/** One question to policies. */
export interface Question {
  principal: Principal;
  /** The role's or user's own ARN, path included; a service's name. */
  principalArn: string;
  action: string;
  resource: string;
  facts: Facts;
}

/**
 * How a Principal element names the caller: itself (a user or one session), its role, everybody, or its account, which then decides for
 * itself.
 */
type Naming = 'self' | 'role' | 'everybody' | 'account';

/** What some policies say about a question; `allow` is the strongest way in which they allow it. */
export interface Verdict {
  allow: Naming | undefined;
  deny: boolean;
}

const elements = new Set(['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);
const strength: readonly Naming[] = ['account', 'everybody', 'role', 'self'];
const checked = new WeakSet<PolicyDocument>();
const list = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/**
 * Evaluates policies; those on resources (`withPrincipal`) speak only about the principals they name. Throws on an element it does not
 * know.
 */
export function evaluate(policies: readonly PolicyDocument[], question: Question, withPrincipal = false): Verdict {
  const verdict: Verdict = { allow: undefined, deny: false };
  for (const policy of policies) {
    refuseUnknown(policy);
    const variables = policy.Version === '2012-10-17';
    const statements = policy.Statement;
    for (const statement of Array.isArray(statements) ? statements : [statements]) {
      const naming = matches(statement, question, withPrincipal, variables);
      if (naming === undefined) continue;
      if (statement.Effect === 'Deny') verdict.deny = true;
      else verdict.allow = stronger(verdict.allow, naming);
    }
  }
  return verdict;
}

function refuseUnknown(policy: PolicyDocument): void {
  if (checked.has(policy)) return;
  for (const statement of list(policy.Statement)) {
    const unknown = Object.keys(statement).find((element) => !elements.has(element));
    if (unknown !== undefined) throw new Error(`policy element ${unknown} is not supported by the sandbox`);
  }
  checked.add(policy);
}

function matches(statement: Statement, question: Question, withPrincipal: boolean, variables: boolean): Naming | undefined {
  const { action, resource, facts } = question;
  if (namesAction(statement.Action ?? statement.NotAction, action) !== (statement.Action !== undefined)) return undefined;
  const resources = statement.Resource ?? statement.NotResource;
  if (resources !== undefined) {
    const covers = (pattern: string): boolean => expand(pattern, facts, variables)?.fits(resource) ?? false;
    const covered = Array.isArray(resources) ? resources.some(covers) : covers(resources);
    if (covered !== (statement.Resource !== undefined)) return undefined;
  } else if (!withPrincipal) return undefined;
  const naming = withPrincipal ? namingOf(statement, question) : 'self';
  return naming !== undefined && conditionsHold(statement.Condition, facts, variables) ? naming : undefined;
}

/** What lists of actions say of an action; whoever changes a policy gives its statement another list. */
const named = new WeakMap<readonly string[], Map<string, boolean>>();

function namesAction(patterns: string | string[] | undefined, action: string): boolean {
  if (!Array.isArray(patterns)) return patterns !== undefined && like(patterns, action, 'i');
  const answers = named.get(patterns) ?? new Map<string, boolean>();
  named.set(patterns, answers);
  const known = answers.get(action);
  if (known !== undefined) return known;
  const found = patterns.some((pattern) => like(pattern, action, 'i'));
  answers.set(action, found);
  return found;
}

function namingOf(statement: Statement, question: Question): Naming | undefined {
  if (statement.NotPrincipal) return namedBy(statement.NotPrincipal, question) === undefined ? 'everybody' : undefined;
  return namedBy(statement.Principal ?? {}, question);
}

function namedBy(element: '*' | Record<string, string | string[]>, { principal, principalArn }: Question): Naming | undefined {
  if (element === '*') return 'everybody';
  let naming: Naming | undefined;
  for (const [kind, values] of Object.entries(element)) {
    for (const value of list(values)) {
      if (kind === 'Service' && principal.kind === 'service' && value === principal.name) naming = 'self';
      if (kind !== 'AWS' || principal.kind === 'service') continue;
      if (value === principal.arn) naming = 'self';
      else if (value === principalArn) naming = stronger(naming, 'role');
      else if (value === '*') naming = stronger(naming, 'everybody');
      else if (value === principal.account || value === `arn:${parseArn(principal.arn)?.partition ?? ''}:iam::${principal.account}:root`)
        naming = stronger(naming, 'account');
    }
  }
  return naming;
}

function stronger(a: Naming | undefined, b: Naming): Naming {
  return a !== undefined && strength.indexOf(a) >= strength.indexOf(b) ? a : b;
}
