import { InterruptedError, UsageError } from './program';

/** Whether there is no terminal to ask on. Questions are asked on the standard error, so that the answer of a command can be piped all the same. */
export const asksNobody = (): boolean => !process.stdin.isTTY || !process.stderr.isTTY;

/** Whether a person says yes; `--yes` says it beforehand, and without a terminal a missing answer is an error that names it. */
export async function confirm(question: string, { yes }: { yes: boolean }): Promise<boolean> {
  if (yes) return true;
  if (asksNobody()) throw new UsageError(`"${question}" needs an answer, and there is no terminal to ask on: repeat with --yes`);
  const { confirm: ask, isCancel } = await import('@clack/prompts');
  const answer = await ask({ message: question, initialValue: false, output: process.stderr });
  if (isCancel(answer)) throw new InterruptedError();
  return answer;
}

/** The code that a multi-factor device shows at the moment; without a terminal an error that says what else there is. */
export async function mfaCode(device: string): Promise<string> {
  if (asksNobody()) {
    throw new UsageError(
      `the profile needs a code of the multi-factor device ${device}, and there is no terminal to ask on: run this in one, or take temporary credentials (aws sts assume-role with --serial-number and --token-code)`,
    );
  }
  const { password, isCancel } = await import('@clack/prompts');
  const answer = await password({
    message: `Code of ${device}`,
    validate: (code) => (/^\d{6}$/.test(code ?? '') ? undefined : 'six digits, as the device shows them now'),
    output: process.stderr,
  });
  if (isCancel(answer)) throw new InterruptedError();
  return answer;
}
