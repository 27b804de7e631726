import { GetSuppressedDestinationCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import { errorFacts } from '../shared/errors';
import { limited } from '../shared/limited';

/** That SES delivers nothing to an address any more, and why. */
export interface Undeliverable {
  /** `BOUNCE`: there is no such mailbox. `COMPLAINT`: its owner called a mail of this AWS account spam. */
  reason: string;
  since: Date;
}

const QUESTIONS_AT_ONCE = 3;

/**
 * Those of the addresses that SES delivers nothing to, by address: after a hard bounce or a complaint it keeps them on its suppression list,
 * accepts mails to them, and drops them (https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html). Throws when it
 * cannot be told.
 */
export async function undeliverableAmong(ses: SESv2Client, addresses: readonly string[]): Promise<Map<string, Undeliverable>> {
  const found = await limited(QUESTIONS_AT_ONCE, addresses, async (address): Promise<[string, Undeliverable][]> => {
    try {
      const { SuppressedDestination: one } = await ses.send(new GetSuppressedDestinationCommand({ EmailAddress: address }));
      return one?.Reason && one.LastUpdateTime ? [[address, { reason: one.Reason, since: one.LastUpdateTime }]] : [];
    } catch (error) {
      if (errorFacts(error).error === 'NotFoundException') return [];
      throw error;
    }
  });
  return new Map(found.flat());
}
