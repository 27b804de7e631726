/** What AWS answered: its code and its words. */
interface Refusal {
  error: string;
  message: string;
}

/** IAM's words, the same in every service: who, what, on what, and why not. */
const DENIED =
  /User: (?<who>\S+) is not authorized to perform: (?<action>[\w-]+:\w+)(?: on resource: (?<resource>.+?))?(?: (?:because|with) (?<why>.+))?$/;

/** What to do about an answer of AWS that refuses the call itself; undefined when there is no such advice. */
export function nextStepOfService({ error, message }: Refusal): string | undefined {
  if (/^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/.test(error)) return ofDenied(message);
  if (error.startsWith('LimitExceeded')) return ofLimit(message);
  if (error.startsWith('InvalidUserType'))
    return 'this is for IAM users: give the credentials of one (AWS_PROFILE), not those of a role or of the root user';
  if (/^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded)$/.test(error))
    return 'AWS takes no more calls from this account for now, though each was repeated with pauses: try again later';
  return undefined;
}

function ofDenied(message: string): string | undefined {
  const { who, action, resource, why = '' } = DENIED.exec(message.trim())?.groups ?? {};
  if (who === undefined || action === undefined) return undefined;
  const allow = `${who} needs ${action} on ${resource ?? '*'}`;
  if (!why.includes('explicit deny')) return `${allow}; each command's --help lists what it needs`;
  const denies = `${allow}, and ${why} forbids it, whatever else allows it`;
  // A user's own long-lived key never comes with a second factor; a session may.
  return /:user\//.test(who)
    ? `${denies}; such a deny often asks for a multi-factor device, and this key was used without: use a profile with mfa_serial and role_arn, or credentials of aws sts get-session-token --serial-number <device> --token-code <code>`
    : denies;
}

function ofLimit(message: string): string {
  if (message.includes('AccessKeysPerUser'))
    return 'a user has at most two access keys, inactive ones count: iam-keys list USER shows both with their last use, iam-keys delete KEY makes room';
  return 'a quota of the account is used up: make room, or ask AWS to raise it (Service Quotas)';
}
