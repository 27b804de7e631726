import { dirname, join } from 'node:path';
import { EXIT, type ExitCode } from '../base/exit-codes';
import { UsageError } from '../base/program';
import { answerProgram } from './answer-program';
import { check } from './check';
import type { CredentialsAsked } from './credentials-command';
import { here, tell } from './here';
import { commandOf, initialize } from './init';
import { ProfileError } from './profile';
import { regionOf } from './regions';
import { userNameOf } from './state';

/** Answers a program, or sets a profile up, or says how it stands. */
export async function credentialsAndShow({ profile, init, check: isCheck, region, secret }: CredentialsAsked): Promise<ExitCode> {
  const place = here(profile);
  if (init) {
    // npm starts us by a symbolic link of another name.
    const script = join(dirname(place.disk.realpathSync(process.argv[1] ?? '')), 'iam-keys.js');
    const { state, stanza } = await initialize(place, {
      profile,
      secret,
      region: regionOf(place, profile, { region, secret }, process.env),
      command: commandOf(place.disk, process.env['PATH'], script),
    });
    process.stdout.write(
      `${stanza}\n\nThe profile ${profile} now gets its key, ${state.current.id} of ${userNameOf(state.user)} (account ${state.user.account}), through iam-keys, which follows every rotation by itself.\nThe secret that it looks into: ${state.secret.id} (${state.secret.region}).\n`,
    );
    return EXIT.fine;
  }
  if (isCheck) {
    const { lines, told, isGood } = await check(place, profile);
    process.stdout.write(`${lines.join('\n')}\n`);
    tell(told);
    return isGood ? EXIT.fine : EXIT.bad;
  }
  if (process.stdout.isTTY) {
    throw new UsageError(
      `what credentials writes is a secret, and it goes to programs only, never to a terminal: programs ask for it by credential_process in ${place.places.config} (--init sets that up); --check shows what there is, without the secret`,
    );
  }
  const { answer, told } = await answerProgram(place, profile);
  if (answer === undefined) throw new ProfileError(told.join('; '));
  tell(told);
  process.stdout.write(`${answer}\n`);
  return EXIT.fine;
}
