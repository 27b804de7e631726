import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { reading } from '../tool';

/** The AWS CLI starts within a second or two. */
const PATIENCE_MS = 10_000;

/** `aws_iam_get_version`. */
export const getVersion = reading({
  name: 'aws_iam_get_version',
  title: 'Say which versions these are',
  description: 'Says which version of iam-keys this is, on what it runs, and which AWS CLI is installed, if any. Asks nothing of AWS.',
  input: z.strictObject({}),
  output: z.object({
    version: z.string().describe('of iam-keys'),
    node: z.string(),
    platform: z.string(),
    aws_cli: z.string().nullable().describe('what aws --version says; null where it is not installed, which nothing here needs'),
    changes: z.enum(['allowed', 'read-only']),
  }),
  failure: 'could not say',
  annotations: { openWorldHint: false },
  work: async (_, { version, allowChanges }) => ({
    version,
    node: process.versions.node,
    platform: process.platform,
    aws_cli: await awsCli(),
    changes: allowChanges ? ('allowed' as const) : ('read-only' as const),
  }),
});

async function awsCli(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('aws', ['--version'], { timeout: PATIENCE_MS, windowsHide: true });
    return /^aws-cli\/\S+/.exec(stdout)?.[0] ?? null;
  } catch {
    return null;
  }
}
