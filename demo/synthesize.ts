import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const projectRoot = resolve(__dirname, '..');
const run = promisify(execFile);

/** The program could not be synthesized; the message is what `cdk synth` said. */
class SynthesisError extends Error {
  override readonly name = 'SynthesisError';
}

/**
 * Runs `cdk synth` on this project's app as a person would, with nothing of the host's AWS configuration; throws a SynthesisError with its
 * standard error.
 */
export async function synthesize(context: Record<string, string>, outputDirectory: string): Promise<void> {
  const flags = Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|CDK_|NODE_OPTIONS$)/.test(name));
  await mkdir(outputDirectory, { recursive: true });
  try {
    await run(join(projectRoot, 'node_modules', '.bin', 'cdk'), ['synth', '--quiet', '--output', resolve(outputDirectory), ...flags], {
      cwd: projectRoot,
      env: {
        ...Object.fromEntries(kept),
        HOME: process.env['HOME'] ?? homedir(),
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        CDK_DISABLE_CLI_TELEMETRY: 'true',
      },
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (cause) {
    const { stderr, message } = cause as Error & { stderr?: string };
    throw new SynthesisError(`cdk synth failed: ${stderr?.trim() ? stderr.trim() : message}`, { cause });
  }
}
