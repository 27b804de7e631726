import type { AccountCheck } from '../../lambda/runs/schemas';

type Failure = AccountCheck['failed'][number];

/** What keeps an account's users from reading the central store. */
export interface ReadersFlaw {
  says: string;
  detail: string;
  /** The actions whose failures follow from it. */
  explains: readonly string[];
}

/** Whether AWS refused the call, rather than failing at it. */
export const isDenied = ({ code, error }: Pick<Failure, 'code' | 'error'>): boolean => (code ?? error).startsWith('AccessDenied');

/** The one cause, where some calls about the users' policy failed together; undefined when each failure speaks for itself. */
export function readersFlaw(failed: readonly Failure[]): ReadersFlaw | undefined {
  const of = (action: string): Failure | undefined => failed.find((failure) => failure.action === action);
  const [get, version, attach] = [of('iam:GetPolicy'), of('iam:GetPolicyVersion'), of('iam:AttachUserPolicy')];
  if (get && attach && isDenied(get) && isDenied(attach)) {
    const says = 'the role and the policy of users were made without the key of the central store';
    return { says, detail: get.message, explains: [get.action, attach.action] };
  }
  if (get?.error.startsWith('NoSuchEntity')) {
    return { says: 'the policy by which users read the central store is missing', detail: get.message, explains: [get.action] };
  }
  if (version?.error !== 'ReaderPolicyChangedError') return undefined;
  return { says: 'the policy by which users read the central store was changed', detail: version.message, explains: [version.action] };
}
