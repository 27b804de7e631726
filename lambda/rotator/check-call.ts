import type { AccountCheck } from '../runs/schemas';
import { codeOf, errorFacts } from '../shared/errors';

/** Makes one call of a check and returns its answer; when it fails, that is in the check's `failed`, and the answer is undefined. */
export type CheckCall = <T>(action: string, work: () => Promise<T>) => Promise<T | undefined>;

/** Makes calls whose outcome is added to the check. */
export const callsOf =
  ({ proven, failed }: Pick<AccountCheck, 'proven' | 'failed'>): CheckCall =>
  async (action, work) => {
    try {
      const answer = await work();
      proven.push(action);
      return answer;
    } catch (error) {
      failed.push({ action, code: codeOf(error), ...errorFacts(error) });
      return undefined;
    }
  };
