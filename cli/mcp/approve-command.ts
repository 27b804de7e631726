import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { working } from '../base/program';
import { approvalId } from './approvals/approval-id';

/** What `approve` is asked for. */
export interface ApproveAsked {
  /** All that wait when absent. */
  id?: string;
}

const DESCRIPTION = `Shows each change that a model asked iam-keys mcp for and that waits for a person, and asks whether it shall be done. Only a person in a terminal can answer; there is no --yes.

A change waits for five minutes, in a private file in ~/.aws/iam-keys/approvals. An approval counts once, and for exactly what was shown: when a key, a user or the account is otherwise by then, the person is asked anew.

Exit code: 0 answered, 1 nothing waits, 2 it could not be done.

EXAMPLES
  iam-keys approve              everything that waits, one after the other
  iam-keys approve 3fa9c07e     this one`;

/** The command `approve`. */
export const approveCommand = (work: (asked: ApproveAsked) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand<object, [id?: string]>({
    docs: { brief: 'lets a change happen that a model asked for', fullDescription: DESCRIPTION },
    parameters: {
      flags: {},
      positional: {
        kind: 'tuple',
        parameters: [{ brief: 'the change; all that wait when it is not given', parse: approvalId, placeholder: 'change', optional: true }],
      },
    },
    func: working('nothing was approved', async (_: object, id?: string) => work(id === undefined ? {} : { id })),
  });
