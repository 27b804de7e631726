import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';
import type { Logger } from '@aws-lambda-powertools/logger';
import { RotationError, errorFacts } from '../shared/errors';
import type { OrganizationIds } from './read-organization';

/**
 * CloudFormation refuses answers of more than 4,096 bytes:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
const MAX_REASON_CHARACTERS = 1_000;

/** What the custom resource works with. */
export interface LookupServices {
  organization: () => Promise<OrganizationIds>;
  fetch: typeof fetch;
  logger: Logger;
}

type LookupOutcome =
  | { Status: 'SUCCESS'; PhysicalResourceId: string; Data?: OrganizationIds }
  | { Status: 'FAILED'; PhysicalResourceId: string; Reason: string };

/** CloudFormation could not be told the outcome; Lambda repeats the event. */
class AnswerNotDeliveredError extends RotationError {
  override readonly name = 'AnswerNotDeliveredError';
}

async function outcomeOf(event: CloudFormationCustomResourceEvent, services: LookupServices): Promise<LookupOutcome> {
  const known = event.RequestType === 'Create' ? event.LogicalResourceId : event.PhysicalResourceId;
  if (event.RequestType === 'Delete') return { Status: 'SUCCESS', PhysicalResourceId: known };
  try {
    const ids = await services.organization();
    services.logger.info('organization read', { ...ids });
    return { Status: 'SUCCESS', PhysicalResourceId: ids.OrganizationId, Data: ids };
  } catch (error) {
    const { message } = errorFacts(error);
    services.logger.error('organization not read', { reason: message });
    return { Status: 'FAILED', PhysicalResourceId: known, Reason: message.slice(0, MAX_REASON_CHARACTERS) };
  }
}

/**
 * Tells CloudFormation the ids, or why they could not be read; a Delete succeeds. Throws AnswerNotDeliveredError when the answer is not
 * accepted.
 */
export async function answer(event: CloudFormationCustomResourceEvent, services: LookupServices): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const response: CloudFormationCustomResourceResponse = { StackId, RequestId, LogicalResourceId, ...(await outcomeOf(event, services)) };
  // The URL is signed for an empty content type.
  const request = { method: 'PUT', headers: { 'content-type': '' }, body: JSON.stringify(response) };
  const answered = await services.fetch(event.ResponseURL, request).catch((cause: unknown) => {
    throw new AnswerNotDeliveredError(`CloudFormation could not be reached: ${errorFacts(cause).message}`, { cause });
  });
  if (!answered.ok) throw new AnswerNotDeliveredError(`CloudFormation refused the answer with status ${answered.status}`);
}
