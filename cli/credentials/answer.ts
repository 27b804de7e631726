import { validForMs } from './pace';
import type { ProfileState } from './state';

/**
 * What `credential_process` prints: the key in use, and until when a program may keep it, so that one which runs for months asks again:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
export const answerOf = (state: ProfileState, now: number): string =>
  JSON.stringify({
    Version: 1,
    AccessKeyId: state.current.id,
    SecretAccessKey: state.current.secret,
    Expiration: new Date(now + validForMs(state, now)).toISOString(),
  });
