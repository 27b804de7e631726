import type * as sdk from '@aws-sdk/client-sesv2';
import { ServiceError } from '../../kernel/service-error';
import type { Call, Operations, SdkShapes } from '../service';

const keyOf = ({ region }: Call, address: string): string => `${region}/${address.toLowerCase()}`;

/**
 * The addresses to which SES delivers nothing: those of hard bounces and complaints, which people may put there and take off.
 * https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html
 */
export const suppressionOperations: Operations<SdkShapes<typeof sdk>> = {
  GetSuppressedDestination: {
    reads: true,
    checks: () => [{ action: 'ses:GetSuppressedDestination', resource: '*' }],
    handle({ EmailAddress }, call) {
      const found = call.account.suppressed.get(keyOf(call, EmailAddress));
      if (!found)
        throw new ServiceError('NotFoundException', `Email address ${EmailAddress} does not exist on your suppression list.`, 404);
      return { SuppressedDestination: { EmailAddress, Reason: found.reason, LastUpdateTime: found.at } };
    },
  },
  PutSuppressedDestination: {
    checks: () => [{ action: 'ses:PutSuppressedDestination', resource: '*' }],
    handle({ EmailAddress, Reason }, call) {
      call.account.suppressed.set(keyOf(call, EmailAddress), { reason: Reason, at: call.now });
      return {};
    },
  },
  DeleteSuppressedDestination: {
    checks: () => [{ action: 'ses:DeleteSuppressedDestination', resource: '*' }],
    handle({ EmailAddress }, call) {
      if (!call.account.suppressed.delete(keyOf(call, EmailAddress)))
        throw new ServiceError('NotFoundException', `Email address ${EmailAddress} does not exist on your suppression list.`, 404);
      return {};
    },
  },
};
