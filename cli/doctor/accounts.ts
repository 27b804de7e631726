import type { AccountCheck, AccountRef } from '../../lambda/runs/schemas';
import type { Sent } from './request-checks';
import type { Deployment } from '../deployment/deployment';
import type { Remedies } from './remedies';
import type { AccountFinding } from './finding';
import { isDenied, readersFlaw } from './readers';
import { deployTo, type StackSet } from './stack-set';

/** What an account's state is judged by. */
export interface Evidence {
  deployment: Deployment;
  remedies: Remedies;
  /** The account that the stack is deployed in. */
  home: string;
  answers: ReadonlyMap<string, AccountCheck>;
  /** Absent when there is none, or when the operator may not list it. */
  stackSet: StackSet | undefined;
}

type Found = Omit<AccountFinding, 'account' | 'name'>;
type Flaw = Required<Pick<Found, 'says' | 'next'>> & Pick<Found, 'detail'>;

const byId = (a: { account: string }, b: { account: string }): number => (a.account < b.account ? -1 : 1);

/** One finding for each account that was asked for, in the order of their ids: a cause hides what only follows from it. */
export function judgeAccounts({ dispatched, skipped, failed }: Sent, evidence: Evidence): AccountFinding[] {
  const notAsked = failed.map(({ account, error, message }) => ({
    account,
    name: '',
    status: 'unknown' as const,
    says: 'could not be asked',
    detail: `${error}: ${message}`,
    next: 'ask again; when it stays so, read the orchestrator’s log',
  }));
  const judged = dispatched.map((account) => ({ account: account.id, name: account.name, ...judge(account, evidence) }));
  return [...judged, ...notAsked, ...skipped.flatMap(judgeSkipped)].toSorted(byId);
}

function judgeSkipped({ account, name, code, reason }: Sent['skipped'][number]): AccountFinding[] {
  if (code === 'not-asked-for') return [];
  if (code !== 'not-in-organization') return [{ account, name, status: 'not rotated', says: reason }];
  return [{ account, name, status: 'problem', says: reason, next: 'take it out of the setting includeAccounts, or correct it' }];
}

function judge({ id }: AccountRef, evidence: Evidence): Found {
  const answer = evidence.answers.get(id);
  const flaws = answer ? [...roleFlaws(id, answer, evidence), ...readFlaws(id, answer, evidence)] : [silence(evidence)];
  const [first] = flaws;
  if (!first) return { status: 'fine', says: `the role and its ${(answer?.proven.length ?? 1) - 1} reads work` };
  const details = flaws.flatMap(({ detail }) => (detail === undefined ? [] : [detail]));
  return {
    status: 'problem',
    says: flaws.map(({ says }) => says).join('; '),
    ...(details.length > 0 && { detail: details.join('; ') }),
    next: first.next,
  };
}

const silence = ({ deployment }: Evidence): Flaw => ({
  says: 'never answered',
  next: `aws logs tail /aws/lambda/${deployment.rotator} --since 1h`,
});

/** How to get back the role and the group, which depends on what once made them. */
function restore(id: string, { home, stackSet, deployment, remedies }: Evidence): string {
  if (stackSet && id !== stackSet.managementAccount) {
    return 'in that account, revert the drift of the stack that the stack set has made: docs/doctor.md, "A role or group that was changed"';
  }
  if (deployment.byHand && deployment.centralStore) {
    const { key, rotatorRole } = deployment.centralStore;
    const parameters = `RotatorRoleArn=${rotatorRole} CentralKeyArn=${key}`;
    return `${remedies.synth}, then in that account: aws cloudformation deploy --stack-name iam-key-rotation-member --template-file cdk.out/IamKeyRotationMember.template.json --capabilities CAPABILITY_NAMED_IAM --parameter-overrides ${parameters}`;
  }
  if (deployment.byHand) return 'deploy docs/member-account.template.json in that account again: docs/deployment.md';
  return id === home ? remedies.revertDrift : 'deploy the role into that account: docs/deployment.md';
}

function roleFlaws(id: string, { failed }: AccountCheck, evidence: Evidence): Flaw[] {
  const { deployment, stackSet } = evidence;
  const refused = failed.find(({ action }) => action === 'sts:AssumeRole');
  const instance = stackSet?.instances.get(id);
  if (stackSet && instance && instance.status !== 'CURRENT') {
    const detail = instance.reason ?? refused?.message;
    const says = `the stack set's stack is ${instance.status.toLowerCase()}`;
    return [{ says, ...(detail !== undefined && { detail }), next: `repair its cause, then: ${deployTo(stackSet, id, 'update')}` }];
  }
  if (!refused) return [];
  if (stackSet && !instance && id !== stackSet.managementAccount) {
    return [{ says: 'the stack set has no stack here, so there is no role', next: deployTo(stackSet, id, 'create') }];
  }
  const says = `the role ${deployment.memberRole} is missing or trusts somebody else`;
  return [{ says, detail: refused.message, next: restore(id, evidence) }];
}

function readFlaws(id: string, { failed }: AccountCheck, evidence: Evidence): Flaw[] {
  const { exemptionGroup, memberRole } = evidence.deployment;
  const readers = readersFlaw(failed);
  const others = failed.filter(({ action }) => action !== 'sts:AssumeRole' && !readers?.explains.includes(action));
  const flaws = others.map((failure): Flaw => {
    const { action, error, message } = failure;
    if (action === 'iam:GetGroup' && error.startsWith('NoSuchEntity')) {
      const next = `in that account: aws iam create-group --group-name ${exemptionGroup}, then add the exempt users again`;
      return { says: `the group ${exemptionGroup} is missing: nobody is exempt`, next };
    }
    const denied = isDenied(failure);
    const refusal = denied ? `the role ${memberRole} may not do ${action}` : `${action} failed`;
    const says = action === 'iam:GetCredentialReport' ? 'the credential report cannot be had: every user is read instead' : refusal;
    const next = denied ? restore(id, evidence) : 'ask again; when it stays so, ask AWS Support';
    return { says, detail: denied ? message : `${error}: ${message}`, next };
  });
  return readers ? [{ says: readers.says, detail: readers.detail, next: restore(id, evidence) }, ...flaws] : flaws;
}
