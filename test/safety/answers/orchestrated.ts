import { FUNCTIONS } from '../../helpers/sandbox-organization';
import type { Combination } from './combination';
import { refused } from './modelled';
import type { Point } from './points';
import type { Start } from './trial';

/** The orchestrator's asynchronous invocation for every account, as its schedule makes it, with all that follows. */
export const orchestrated: Start = async ({ sandbox }) => {
  await sandbox.invoke(FUNCTIONS.orchestrator, {}, { type: 'Event' });
  await sandbox.drain();
};

/** Part of the ARN of the orchestrator's session. */
export const ORCHESTRATOR = 'assumed-role/IamKeyRotation-OrchestratorRole';
const LIST: Point = { operation: 'organizations:ListAccounts', match: () => ({ principal: ORCHESTRATOR }), everywhere: true, retold: true };
const MANIFEST: Point = {
  operation: 's3:PutObject',
  about: 'of the manifest',
  match: () => ({ principal: ORCHESTRATOR }),
  everywhere: true,
  retold: true,
};
/** Lambda starts the rotator for the account; the others are started all the same. */
const START: Point = {
  operation: 'lambda:Invoke',
  about: 'for the account',
  match: ({ id }) => ({
    principal: ORCHESTRATOR,
    input: ({ Payload }) => Payload instanceof Uint8Array && Buffer.from(Payload).toString('utf8').includes(id),
  }),
  retold: true,
  starts: true,
  handled: true,
};

/** Where AWS answers the orchestrator. */
export const STARTING: readonly Point[] = [LIST, MANIFEST, START];

/** What Organizations and Lambda answer of their own. */
export const STARTING_ANSWERS: readonly Combination[] = [
  ...['AWSOrganizationsNotInUseException', 'InvalidInputException', 'ConcurrentModificationException'].map((code) =>
    refused(LIST, code, { everywhere: true, retold: true }),
  ),
  refused(MANIFEST, 'NoSuchBucket', { status: 404, everywhere: true, retold: true }),
  ...[
    { code: 'ResourceNotFoundException', status: 404 },
    { code: 'KMSAccessDeniedException', status: 400 },
    { code: 'ResourceConflictException', status: 409 },
    { code: 'RequestTooLargeException', status: 413 },
  ].map(({ code, status }) => refused(START, code, { status, retold: true })),
];
