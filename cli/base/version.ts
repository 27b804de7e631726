import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import { EXIT } from './exit-codes';
import { print } from './output';
import { outputOption, type Output } from './options';
import { working } from './program';

const DESCRIPTION = `Says which version of iam-keys this is, and on what it runs.

Exit code: 0.

EXAMPLES
  iam-keys version
  iam-keys version --output json`;

/** The command `version`. */
export const versionCommand = (version: string): Command<CommandContext> =>
  buildCommand({
    docs: { brief: 'which version this is', fullDescription: DESCRIPTION },
    parameters: { flags: { output: outputOption } },
    func: working('could not say', async ({ output }: { output: Output }) => {
      const answer = { version, node: process.versions.node, platform: process.platform };
      await print(output, {
        data: answer,
        columns: Object.keys(answer),
        records: [answer],
        text: () => `iam-keys ${version} on Node.js ${answer.node}, ${answer.platform}`,
      });
      return EXIT.fine;
    }),
  });
