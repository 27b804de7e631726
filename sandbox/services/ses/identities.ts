import type * as sdk from '@aws-sdk/client-sesv2';
import type { Check, Context } from '../../kernel/contracts';
import { uuid } from '../../kernel/identifiers';
import { ServiceError } from '../../kernel/service-error';
import { pageAfter } from '../paging';
import type { Call, Operations, SdkShapes } from '../service';
import { requestTags } from '../tags';

/** Of ListEmailIdentities; https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListEmailIdentities.html */
const size = 1000;
const keyOf = ({ region }: Call, identity: string): string => `${region}/${identity}`;

/** Addresses and domains that mail is sent from; people verify them. */
export const identityOperations: Operations<SdkShapes<typeof sdk>> = {
  GetEmailIdentity: {
    reads: true,
    checks: ({ EmailIdentity }, call) => identityCheck('GetEmailIdentity', EmailIdentity, call),
    handle({ EmailIdentity }, call) {
      requireKnown(EmailIdentity, call);
      return { IdentityType: kindOf(EmailIdentity), ...statusOf(EmailIdentity, call) };
    },
  },
  ListEmailIdentities: {
    reads: true,
    checks: () => [{ action: 'ses:ListEmailIdentities', resource: '*' }],
    handle({ NextToken, PageSize = size }, call) {
      const { identities, pendingIdentities } = call.account;
      const here = [...identities, ...pendingIdentities].filter((key) => key.startsWith(keyOf(call, '')));
      const names = here.map((key) => key.slice(keyOf(call, '').length));
      const { items, next } = pageAfter(names, (name) => name, NextToken, PageSize);
      const listed = items.map((IdentityName) => {
        const { VerifiedForSendingStatus, VerificationStatus } = statusOf(IdentityName, call);
        return { IdentityName, IdentityType: kindOf(IdentityName), SendingEnabled: VerifiedForSendingStatus, VerificationStatus };
      });
      return { EmailIdentities: listed, NextToken: next };
    },
  },
  CreateEmailIdentity: {
    checks: ({ EmailIdentity, Tags }, call) => identityCheck('CreateEmailIdentity', EmailIdentity, call, requestTags(Tags)),
    handle({ EmailIdentity }, call) {
      const key = keyOf(call, EmailIdentity);
      if (call.account.identities.has(key) || call.account.pendingIdentities.has(key)) {
        throw new ServiceError('AlreadyExistsException', `Email identity ${EmailIdentity} already exist.`);
      }
      if (!/^([^\s@]+@)?[^\s@]+\.[^\s@.]+$/.test(EmailIdentity)) {
        throw new ServiceError('BadRequestException', `Invalid email identity ${EmailIdentity}.`);
      }
      call.account.pendingIdentities.add(key);
      const { VerifiedForSendingStatus, DkimAttributes } = statusOf(EmailIdentity, call);
      return { IdentityType: kindOf(EmailIdentity), VerifiedForSendingStatus, DkimAttributes };
    },
  },
  DeleteEmailIdentity: {
    checks: ({ EmailIdentity }, call) => identityCheck('DeleteEmailIdentity', EmailIdentity, call),
    handle({ EmailIdentity }, call) {
      requireKnown(EmailIdentity, call);
      call.account.identities.delete(keyOf(call, EmailIdentity));
      call.account.pendingIdentities.delete(keyOf(call, EmailIdentity));
      return {};
    },
  },
};

const identityCheck = (action: string, identity: string, { region, account, world }: Call, context: Context = {}): Check[] => [
  { action: `ses:${action}`, resource: `arn:${world.partition}:ses:${region}:${account.id}:identity/${identity}`, context },
];

function requireKnown(identity: string, call: Call): void {
  const key = keyOf(call, identity);
  if (call.account.identities.has(key) || call.account.pendingIdentities.has(key)) return;
  throw new ServiceError('NotFoundException', `Email identity <${identity}> does not exist.`, 404);
}

const kindOf = (identity: string) => (identity.includes('@') ? ('EMAIL_ADDRESS' as const) : ('DOMAIN' as const));

function statusOf(identity: string, call: Call) {
  const verified = call.account.identities.has(keyOf(call, identity));
  const status = verified ? ('SUCCESS' as const) : ('PENDING' as const);
  return { VerifiedForSendingStatus: verified, VerificationStatus: status, ...dkimOf(identity, status, call) };
}

/** The records that prove a domain; an address has none of its own: https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html */
function dkimOf(identity: string, Status: 'SUCCESS' | 'PENDING', { account, region }: Call) {
  if (kindOf(identity) !== 'DOMAIN') return {};
  const Tokens = [1, 2, 3].map((index) => uuid(`dkim/${account.id}/${region}/${identity}/${index}`).replaceAll('-', ''));
  return { DkimAttributes: { SigningEnabled: true, Status, Tokens, SigningAttributesOrigin: 'AWS_SES' as const } };
}
