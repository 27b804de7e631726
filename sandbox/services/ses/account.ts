import type * as sdk from '@aws-sdk/client-sesv2';
import { ServiceError } from '../../kernel/service-error';
import type { Operations, SdkShapes } from '../service';

/** Whether the account may send mail, to whom and how much; people at AWS decide on production access. */
export const accountOperations: Operations<SdkShapes<typeof sdk>> = {
  GetAccount: {
    reads: true,
    checks: () => [{ action: 'ses:GetAccount', resource: '*' }],
    handle: (_, { account: { sending } }) => ({
      ProductionAccessEnabled: sending.production,
      SendingEnabled: sending.enabled,
      EnforcementStatus: 'HEALTHY',
      SendQuota: { Max24HourSend: sending.quota, MaxSendRate: 14, SentLast24Hours: 0 },
      ...(sending.details && {
        Details: {
          MailType: sending.details.mailType,
          WebsiteURL: sending.details.website,
          ReviewDetails: { Status: sending.details.review },
        },
      }),
    }),
  },
  PutAccountSendingAttributes: {
    checks: () => [{ action: 'ses:PutAccountSendingAttributes', resource: '*' }],
    handle({ SendingEnabled = false }, { account: { sending } }) {
      sending.enabled = SendingEnabled;
      return {};
    },
  },
  PutAccountDetails: {
    checks: () => [{ action: 'ses:PutAccountDetails', resource: '*' }],
    handle({ MailType, WebsiteURL, ProductionAccessEnabled }, { account: { sending } }) {
      if (sending.details?.review === 'PENDING') throw new ServiceError('ConflictException', 'Account details are under review.', 409);
      const isAsking = ProductionAccessEnabled === true && !sending.production;
      sending.details = { mailType: MailType, website: WebsiteURL, review: isAsking ? 'PENDING' : 'GRANTED' };
      return {};
    },
  },
};
