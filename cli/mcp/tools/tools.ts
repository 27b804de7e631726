import type { Tool } from '../tool';
import { auditAccessKeys } from './audit-access-keys';
import { createAccessKey } from './create-access-key';
import { deleteAccessKey } from './delete-access-key';
import { getAccessKeyLastUsed } from './get-access-key-last-used';
import { getVersion } from './get-version';
import { listAccessKeys } from './list-access-keys';
import { rotateAccessKey } from './rotate-access-key';
import { rotationForecast } from './rotation-forecast';
import { rotationStatus } from './rotation-status';
import { updateAccessKey } from './update-access-key';

/** Every tool of the server. */
export const TOOLS: readonly Tool[] = [
  listAccessKeys,
  createAccessKey,
  updateAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
  getVersion,
  rotationStatus,
  rotateAccessKey,
  auditAccessKeys,
  rotationForecast,
];
